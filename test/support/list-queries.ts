// Queries of a list that use each of its parameters, alone and together.
import type { ContractOperation, ContractParameter } from '../../src/contract/contract-operation.ts';
import type { Schema } from '../../src/contract/document.ts';

/** Every value of a parameter that has few, one of the others; and all at once. */
export function queriesOf({ parameters }: ContractOperation): string[] {
  const known = parameters.filter((parameter) => parameter.in === 'query' && parameter.name !== 'cursor');
  const single = known.flatMap((parameter) => samplesOf(parameter).map((sample) => `${parameter.name}=${sample}`));
  const together = known.map((parameter) => `${parameter.name}=${samplesOf(parameter).at(-1)}`).join('&');
  return ['', ...single, together, 'limit=1'];
}

function samplesOf({ schema }: ContractParameter): string[] {
  const { enum: values, type, format, minimum = 0 } = flat(schema);
  if (values !== undefined)
    return values.filter((value) => value !== null).map((value) => encodeURIComponent(String(value)));
  if (type === 'boolean') return ['true', 'false'];
  if (type === 'integer' || type === 'number') return [String(Math.max(minimum, 1))];
  return [format === 'date-time' ? encodeURIComponent('2026-03-01T09:00:00.000Z') : 'x'];
}

/** What `allOf` says beside the schema itself: how a shared schema gets a description of its own. */
function flat(schema: Schema): Schema {
  return Object.assign({}, ...(schema.allOf ?? []), schema);
}
