// Requests made from the contract alone, so that a suite covers operations that it has never heard of.
import type { Contract, ContractOperation } from '../../src/contract/contract.ts';
import type { Schema } from '../../src/contract/document.ts';

/** The operations under the path of an owner. */
export function ownersOperations({ operations }: Contract): ContractOperation[] {
  return operations.filter(({ parameters }) => parameters.some(({ owner }) => owner));
}

/** The address of an operation for an owner's item. */
export function addressOf({ path, parameters }: ContractOperation, owner: string, id: number): string {
  return parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((address, p) => address.replace(`{${p.name}}`, encodeURIComponent(p.owner ? owner : String(id))), path);
}

interface Described {
  requestBody?: {
    content: { 'application/json': { schema: { $ref: string }; examples: Record<string, { value: unknown }> } };
  };
  responses: Record<string, { content?: { 'application/json'?: { schema: { $ref?: string; items?: Schema } } } }>;
}

function described(contract: Contract, { path, method }: ContractOperation): Described {
  return (contract.document.paths[path] as Record<string, unknown>)[method] as Described;
}

/** The first example of the body, or undefined when there is no body. */
export function exampleBody(contract: Contract, operation: ContractOperation): unknown {
  const examples = described(contract, operation).requestBody?.content['application/json'].examples;
  return examples && Object.values(examples)[0]?.value;
}

/** What the answer has and the request has not: fields that only the server sets, with an example of each. */
export function serverOwnedFields(contract: Contract, operation: ContractOperation): [string, unknown][] {
  const { requestBody, responses } = described(contract, operation);
  const schema = (ref = '') => contract.document.components.schemas[ref.split('/').pop() ?? '']?.properties ?? {};
  const sent = schema(requestBody?.content['application/json'].schema.$ref);
  const answer = Object.values(responses).find(({ content }) => content?.['application/json'])?.content?.[
    'application/json'
  ];
  const examples: Record<string, unknown> = { id: 1, version: 1, user_id: 'alice' };
  return Object.keys({ ...schema(answer?.schema.$ref), version: {} })
    .filter((field) => !(field in sent))
    .map((field) => [field, examples[field] ?? '2026-03-01T09:00:00.000Z']);
}
