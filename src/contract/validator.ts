// The contract admits the request, and later checks the reply: express-openapi-validator, told what it needs to know.
import type { IncomingHttpHeaders } from 'node:http';
import { Problem, type RefusedValue } from '../problem.ts';
import type { Contract } from './contract.ts';
import type { ContractOperation } from './contract-operation.ts';
import type { Schema } from './document.ts';
import { descend, isObject, locate } from './located.ts';
import { fractionMessage } from './multiple.ts';
import { type OperationChecks, openApiValidator, type Parts } from './open-api-validator.ts';
import { escapeStep } from './pointer.ts';
import { readQuery, refusedParameters, refusedTexts } from './raw-request.ts';

/** A request as it came: the path and query as they were sent, the parameters of the path decoded. */
export interface RawRequest {
  url: string;
  params: Readonly<Record<string, string>>;
  headers: IncomingHttpHeaders;
  body: unknown;
}

/** What the contract says of one operation's requests and replies. */
export interface Validator {
  /**
   * The request with coerced parameters and their defaults.
   * @throws Problem 400 or 422, naming every value that breaks the contract.
   */
  admit(request: RawRequest): Promise<Parts>;
  /** What is wrong with a reply; undefined when nothing is, or replies are not checked. */
  breach: OperationChecks['response'];
}

/** The validator of an operation. */
export type ValidatorOf = (operation: ContractOperation) => Promise<Validator>;

/** @throws Error when the contract is not valid OpenAPI. `responses`: whether replies are checked too. */
export async function createValidators(contract: Contract, options: { responses: boolean }): Promise<ValidatorOf> {
  const checksOf = await openApiValidator(contract, options);
  const errors = ['components', 'schemas', 'Problem', 'properties', 'errors'];
  const most = locate<Schema>(contract.document, errors)?.value.maxItems;
  return async (operation) => {
    const checks = await checksOf(operation);
    const known = namesIn(contract, operation);
    return { admit: (request) => admit(operation, checks, request, { known, most }), breach: checks.response };
  };
}

/** The names that the object in the body of an operation can have; undefined where it can have any. */
function namesIn({ document }: Contract, { path, method }: ContractOperation): Set<string> | undefined {
  const steps = ['requestBody', 'content', 'application/json', 'schema'];
  const schema = descend<Schema>(document, ['paths', path, method], ...steps)?.value;
  const isClosed = schema?.additionalProperties === false && schema.patternProperties === undefined;
  return isClosed ? new Set(Object.keys(schema.properties ?? {})) : undefined;
}

/** What bounds the work that a body can ask for. */
interface Bounds {
  known: Set<string> | undefined;
  /** How many values a problem names; the contract says it. */
  most: number | undefined;
}

async function admit(
  operation: ContractOperation,
  checks: OperationChecks,
  { url, params, headers, body }: RawRequest,
  { known, most }: Bounds,
): Promise<Parts> {
  const query = readQuery(operation, url);
  const refused = refusedParameters(operation, url, params, query);
  // At a parameter without a value the validator stops, and names no other.
  const sound = query.filter(([name]) => !refused.some(({ parameter }) => parameter === name));
  const parts = {
    params: { ...params },
    query: Object.fromEntries(sound),
    headers: documented(operation, headers),
    body,
  };
  const strange = known && isObject(body) && !Array.isArray(body) ? strangeNames(body, known) : [];
  // To name each of ten thousand takes the validator a tenth of a second.
  if (strange.length > (most ?? Number.POSITIVE_INFINITY)) throw unprocessable(strange, most);
  let admitted: Parts = parts;
  try {
    admitted = await checks.request(parts, url);
  } catch (error) {
    refused.push(...refusedBy(error, operation, body));
  }
  refused.push(...refusedTexts(body, new Set(refused.map(({ pointer }) => pointer))));
  if (refused.length > 0) throw unprocessable(onePerPlace(refused), most);
  return admitted;
}

/**
 * The headers that the contract describes. The validator compiles and keeps one schema for each spelling of `Content-Type`, so
 * it gets to see one only: callers must not be able to fill the memory.
 */
function documented({ headers, body }: ContractOperation, sent: IncomingHttpHeaders): Parts['headers'] {
  const found: Parts['headers'] = body === 'none' ? {} : { 'content-type': 'application/json' };
  for (const { key } of headers) if (sent[key] !== undefined) found[key] = sent[key];
  return found;
}

/** The properties that an object cannot have, as the validator would refuse them. */
function strangeNames(body: object, known: Set<string>): RefusedValue[] {
  return Object.keys(body)
    .filter((name) => !known.has(name))
    .map((name) => ({
      pointer: `/${escapeStep(name)}`,
      message: 'must NOT have additional properties',
      code: 'additionalProperties',
    }));
}

/** A hostile body can break the contract in thousands of places: `most` of them are named. */
function unprocessable(errors: RefusedValue[], most: number | undefined): Problem {
  const detail = errors.length === 1 ? '1 value breaks the contract.' : `${errors.length} values break the contract.`;
  return new Problem('UnprocessableContent', detail, { errors: errors.slice(0, most) });
}

function refusedBy(error: unknown, operation: ContractOperation, body: unknown): RefusedValue[] {
  const errors = (error as { errors?: { path: string; message: string; errorCode?: string }[] }).errors;
  if (!Array.isArray(errors)) throw error;
  return errors.map(({ path, message, errorCode = 'invalid' }) => {
    const [, part, ...rest] = path.split('/');
    const place = placeOf(part, rest, operation, body);
    const asked = fractionMessage(message);
    if (asked !== undefined) return { ...place, message: asked, code: 'multipleOf' };
    // The validator's words around the keyword: it checks the type of a moment under a name of its own.
    return { ...place, message, code: errorCode.replace(/^x-eov-|\.openapi\.validation$/g, '') };
  });
}

type Place = Pick<RefusedValue, 'pointer' | 'parameter' | 'header'>;

function placeOf(part: string | undefined, rest: string[], { parameters }: ContractOperation, body: unknown): Place {
  if (part === 'headers') return { header: parameters.find(({ name }) => name.toLowerCase() === rest[0])?.name ?? '' };
  if (part === 'body') return { pointer: pointerTo(rest, body) };
  return { parameter: rest.join('/') };
}

/** The validator puts the name of an unknown property behind its parent's pointer as it is, slashes and all. */
function pointerTo(steps: string[], body: unknown): string {
  const name = steps.join('/');
  const isName = typeof body === 'object' && body !== null && Object.hasOwn(body, name);
  return isName ? `/${escapeStep(name)}` : steps.map((step) => `/${step}`).join('');
}

/** A value that breaks several rules is named once, with the first: `oneOf` would report each of its branches. */
function onePerPlace(refused: RefusedValue[]): RefusedValue[] {
  const byPlace = new Map<string, RefusedValue>();
  for (const value of refused) {
    const place = JSON.stringify([value.pointer, value.parameter, value.header]);
    if (!byPlace.has(place)) byPlace.set(place, value);
  }
  return [...byPlace.values()];
}
