// What of the bodies of a resource cannot be stored: properties that no column takes, and rows that would lack something.
import type { Schema } from '../document.ts';
import { locate, nodeAt } from '../located.ts';
import type { JsonPath } from '../pointer.ts';
import { isClosed, requiredOf } from '../properties.ts';
import { shapeOf } from '../shape.ts';
import { misfitOf, serverColumns } from './column.ts';
import type { Complaint, Field } from './types.ts';

interface Context {
  /** Columns that the path sets. */
  given: string[];
  /** Whether the body changes a row that is there. */
  changes: boolean;
}

/** The properties of a body that cannot be stored. */
export function refusals(
  document: object,
  properties: Map<string, JsonPath> | undefined,
  fields: Field[],
  context: Context,
): Complaint[] {
  return [...(properties ?? [])].flatMap(([name, at]) => {
    const field = fields.find((one) => one.name === name);
    const message = refusalOf(document, field, { name, at, ...context });
    return message === undefined ? [] : [{ at, message }];
  });
}

/** The fields that a new row could be without, though it must not. */
export function leftOut(document: object, create: JsonPath | undefined, fields: Field[], given: string[]): Complaint[] {
  if (create === undefined) return [];
  const sent = new Set([...requiredOf(document, create), ...given]);
  const at = locate(document, create)?.at ?? create;
  return fields
    .filter(({ name, nullable, default: value }) => !sent.has(name) && !nullable && value === undefined)
    .map(({ name }) => ({
      at,
      message: `a row could be created without ${name}: make it required, nullable or give it a default`,
    }));
}

/** A body that may hold anything besides its properties: what no column takes, and what only the server sets. */
export function openBody(document: object, body: JsonPath | undefined): Complaint[] {
  if (body === undefined || isClosed(document, body)) return [];
  const message = 'it may hold more than there are columns: say additionalProperties: false, and no patternProperties';
  return [{ at: locate(document, body)?.at ?? body, message }];
}

/** Why a property of a body cannot be stored; undefined when it can. */
function refusalOf(
  document: object,
  field: Field | undefined,
  { name, at, given, changes }: Context & { name: string; at: JsonPath },
): string | undefined {
  if (serverColumns.includes(name)) return 'the server sets it: take it out of the body';
  if (given.includes(name)) return 'the path says it: take it out of the body';
  if (field === undefined) return 'the schema that is read does not have it';
  const [sent, read] = [wordsAt(document, at), wordsAt(document, field.at)];
  const stray = ofTheRow.find((word) => sent[word] !== undefined && read[word] === undefined);
  if (stray !== undefined) return `${stray} belongs to the schema that is read, where ${name} has none`;
  const shape = shapeOf(document, at);
  // The validator would fill it in.
  if (changes && shape.default !== undefined)
    return 'a change sets what is sent and nothing else: take the default out of its schema';
  return misfitOf(shape, shapeOf(document, field.at), field);
}

/** What is said of a row, and so in the schema that is read. */
const ofTheRow = ['x-unique', 'x-index', 'x-references', 'x-renamed-from'] as const;

/** What stands beside a reference goes before what it leads to. */
export function wordsAt(document: object, at: JsonPath): Schema {
  return { ...locate<Schema>(document, at)?.value, ...nodeAt(document, at) } as Schema; // all optional
}
