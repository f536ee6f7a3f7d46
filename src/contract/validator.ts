// The contract admits the request, and later checks the reply: express-openapi-validator, told what it needs to know.
import type { Request, RequestHandler, Response } from 'express';
import { middleware } from 'express-openapi-validator';
import { pass } from '../http/pass.ts';
import { Problem, type RefusedValue } from '../http/problem.ts';
import type { Contract, ContractOperation } from './contract.ts';
import { isDateTime, toUtc } from './date-time.ts';
import { escapeStep, refusedParameters, refusedTexts } from './raw-request.ts';

/** Called when a reply breaks the contract, before it is sent. Unless this answers in its place, it goes out as it is. */
export type OnBreach = (breach: Error, req: Request, res: Response) => void;

export interface Validator {
  /**
   * Checks the request against its operation; coerces parameters and fills in defaults on the way.
   * @throws Problem 400 or 422, naming every value that breaks the contract.
   */
  admit(operation: ContractOperation, req: Request, res: Response): Promise<void>;
}

/** @throws Error when the contract is not valid OpenAPI. `onBreach` left out: replies are not checked. */
export async function createValidator(contract: Contract, onBreach?: OnBreach): Promise<Validator> {
  const breach = (error: Error, req: Request) => req.res && onBreach?.(error, req, req.res);
  const stages = middleware({
    apiSpec: structuredClone(contract.document) as never, // It is: read from the file; the validator itself proves it.
    validateRequests: { allErrors: true },
    validateResponses: onBreach === undefined ? false : { onError: (error, _body, req) => breach(error, req) },
    validateSecurity: false, // Who calls is settled before, see auth/.
    fileUploader: false,
    ajvFormats: { mode: 'full' },
    formats: { 'date-time': { type: 'string', validate: isDateTime } },
    serDes: [{ format: 'date-time', deserialize: toUtc }],
  });
  await readContract(stages);
  const most = contract.document.components.schemas['Problem']?.properties?.['errors']?.maxItems;
  return { admit: (operation, req, res) => admit({ stages, breach, most }, operation, req, res) };
}

/** The first stage waits for the contract to be read and passes on what is wrong with it: better at start than at a request. */
async function readContract(stages: RequestHandler[]): Promise<void> {
  // All that this stage touches is `app.param`, to which it adds nothing that Deed relies on.
  const idle = { app: { param: () => undefined } } as unknown as Request;
  const [first] = stages as [RequestHandler]; // the validator always has this one
  await pass(first, idle, {} as Response).catch((cause: Error) => {
    throw new Error(`openapi.yaml is not valid OpenAPI: ${cause.message}`, { cause });
  });
}

interface Stages {
  stages: RequestHandler[];
  breach: (error: Error, req: Request) => void;
  /** How many values a problem names; the contract says it. */
  most: number | undefined;
}

async function admit(
  { stages, breach, most }: Stages,
  operation: ContractOperation,
  req: Request,
  res: Response,
): Promise<void> {
  const refused = refusedParameters(operation, req);
  plainHeaders(operation, req);
  try {
    for (const stage of stages) await pass(stage, req, res, (late) => breach(late, req));
  } catch (error) {
    refused.push(...refusedBy(error, operation, req.body));
  }
  if (!refused.some(({ pointer }) => pointer !== undefined)) refused.push(...refusedTexts(req.body));
  if (refused.length > 0) throw unprocessable(onePerPlace(refused), most);
}

/** A hostile body can break the contract in thousands of places: `most` of them are named. */
function unprocessable(errors: RefusedValue[], most: number | undefined): Problem {
  const detail = errors.length === 1 ? '1 value breaks the contract.' : `${errors.length} values break the contract.`;
  return new Problem('UnprocessableContent', detail, { errors: errors.slice(0, most) });
}

/**
 * HEAD is validated as the GET that it stands for. The validator compiles and keeps one schema for each spelling of
 * `Content-Type`, so it gets to see one only: callers must not be able to fill the memory.
 */
function plainHeaders(operation: ContractOperation, req: Request): void {
  req.method = operation.method.toUpperCase();
  if (operation.hasBody) req.headers['content-type'] = 'application/json';
  else delete req.headers['content-type'];
}

function refusedBy(error: unknown, operation: ContractOperation, body: unknown): RefusedValue[] {
  const errors = (error as { errors?: { path: string; message: string; errorCode?: string }[] }).errors;
  if (!Array.isArray(errors)) throw error;
  return errors.map(({ path, message, errorCode = 'invalid' }) => {
    const [, part, ...rest] = path.split('/');
    const place = placeOf(part, rest, operation, body);
    return { ...place, message, code: errorCode.replace('.openapi.validation', '') };
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
