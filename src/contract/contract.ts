// Reads openapi.yaml once at start and says what the stages need to know of it. Nothing of it is restated in code.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ProblemName, ProblemType } from '../problem.ts';
import { readBuilt } from './built.ts';
import { type ContractOperation, type OperationId, readOperation } from './contract-operation.ts';
import { type Document, readDocument } from './document.ts';
import { operationsIn } from './located.ts';
import { propertiesOf } from './properties.ts';
import { type Shape, shapeOf } from './shape.ts';

/** What the contract says of a property that is stored in a column of the same name. */
export interface Column {
  /** Its JSON types but for `null`. */
  types: string[];
  nullable: boolean;
  dateTime: boolean;
}

export interface Contract {
  text: string;
  document: Document;
  /** Whether it is known to be valid OpenAPI: the build has found it so. */
  valid: boolean;
  operations: ContractOperation[];
  problems: Record<ProblemName, ProblemType> & { Conflict?: ProblemType };
  /** The headers that operations for users read and answer: what CORS has to let through. */
  headers: { request: string[]; response: string[] };
  /** The path of each operation. */
  paths: Record<OperationId, string>;
  /** By the name of a schema, the columns of its stored rows: its properties. */
  columns: Record<string, Record<string, Column>>;
  /** By the name of a schema, what tells its rows from those of another form of it: a new property changes what is answered of each. */
  revisions: Record<string, string>;
}

export const contractFile = new URL('../../openapi.yaml', import.meta.url);

/** @throws Error when the file cannot be read, or an operation has no `operationId`. */
export function loadContract(file: URL = contractFile): Contract {
  const text = readFileSync(file, 'utf8');
  const built = readBuilt(file, text);
  const document = built ?? readDocument<Document>(text);
  const operations = operationsIn(document)
    .map((at) => readOperation(document, at))
    .sort((a, b) => concreteFirst(a.path, b.path));
  const secured = operations.filter((operation) => operation.secured);
  const rows = mapValues(schemasOf(document), (_schema, name) => readProperties(document, name));
  return {
    text,
    document,
    valid: built !== undefined,
    operations,
    problems: readProblems(document),
    headers: {
      request: unique(
        secured.flatMap(({ parameters }) => parameters.filter((p) => p.in === 'header').map((p) => p.name)),
      ),
      response: unique(secured.flatMap(({ responseHeaders }) => responseHeaders)),
    },
    paths: Object.fromEntries(operations.map(({ id, path }) => [id, path])) as Contract['paths'], // complete: see check.ts
    columns: mapValues(rows, columnsOf),
    revisions: mapValues(rows, revisionOf),
  };
}

/** The operations by their Express path: concrete paths first, as they are to be matched. */
export function byRoute({ operations }: Contract): Map<string, ContractOperation[]> {
  const routes = new Map<string, ContractOperation[]>();
  for (const operation of operations) {
    routes.set(operation.route, [...(routes.get(operation.route) ?? []), operation]);
  }
  return routes;
}

/** The schemas that have a name; a contract need have none. */
function schemasOf({ components }: Partial<Document>): Document['components']['schemas'] {
  return components?.schemas ?? {};
}

/** Type, title and status of each problem: the constants in its schema. */
export function readProblems(document: Document): Contract['problems'] {
  const problems = Object.entries(schemasOf(document)).flatMap(([schema, { properties = {} }]) => {
    const [, name] = /^(.+)Problem$/.exec(schema) ?? [];
    const { type, title, status } = properties;
    return name === undefined ? [] : [[name, { type: type?.const, title: title?.const, status: status?.const }]];
  });
  // Complete but for `Conflict`: ProblemName is made from the same schemas.
  return Object.fromEntries(problems) as Contract['problems'];
}

type Property = [name: string, shape: Shape];

/** What the generator makes tables of (`fields.ts`), read in the same way. */
function readProperties(document: Document, schema: string): Property[] {
  const properties = propertiesOf(document, ['components', 'schemas', schema]);
  return [...properties].map(([name, at]) => [name, shapeOf(document, at)]);
}

function columnsOf(row: Property[]): Record<string, Column> {
  return Object.fromEntries(
    row.map(([name, { types, nullable, format }]) => [name, { types, nullable, dateTime: format === 'date-time' }]),
  );
}

/** Changes with the names of the columns, their order, and what they may hold: a migration may have made the rows fit that. */
function revisionOf(row: Property[]): string {
  return createHash('sha256').update(JSON.stringify(row)).digest('base64url').slice(0, 6);
}

function mapValues<From, To>(all: Record<string, From>, to: (value: From, name: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, to(value, name)]));
}

/** A concrete path is matched before its templated counterpart (OpenAPI 3.1, section 4.8.8.2). */
function concreteFirst(a: string, b: string): number {
  return a.split('{').length - b.split('{').length;
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
