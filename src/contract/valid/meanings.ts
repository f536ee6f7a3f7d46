// Whether the words that Deed adds to OpenAPI say something about the contract around them: a name in one of them that nothing
// has would be left out without a word, and a list be wider than was asked for.

import type { Breach } from '../breach.ts';
import type { Document, OperationObject, Schema } from '../document.ts';
import { descend, locate, nodeAt, operationsIn } from '../located.ts';
import { type Parameter, parametersOf } from '../parameters.ts';
import { type JsonPath, pointerOf } from '../pointer.ts';
import { propertiesOf } from '../properties.ts';
import { familiesOf } from '../resources/families.ts';
import { resourcesOf } from '../resources/resources.ts';
import { type Shape, shapeOf } from '../shape.ts';
import { schemasIn } from './schemas.ts';

/**
 * What the words name and nothing has, in a contract whose words have the form that they need.
 * @returns a line for each: `/paths/~1notes/get/parameters/0/x-filter/opne is no value of status`.
 */
export function meaninglessWords(document: Document, breachOf: Breach): string[] {
  const found = operationsIn(document).flatMap((operation) => {
    const parameters = parametersOf(document, operation);
    const row = rowOf(document, operation, breachOf);
    const ofParameters = parameters.flatMap((parameter) => [
      ...wrongSorts(parameter),
      ...wrongFilters(parameter, row),
      ...wrongExclusion(parameter, parameters),
    ]);
    return [...ofParameters, ...wrongToggle(document, operation, row)];
  });
  // What several operations share is said once.
  return [...new Set([...found, ...wrongReferences(document)])];
}

/** What the schema of a property says, and what a value would break of it. */
type Property = Shape & { breachOf: (value: unknown) => string | undefined };

type Row = Map<string, Property>;

/** The rows that an operation answers, or lists. */
function rowOf(document: Document, operation: JsonPath, breachOf: Breach): Row {
  const answer = descend<Schema>(document, operation, 'responses', '200', 'content', 'application/json', 'schema');
  if (answer === undefined) return new Map();
  const row = answer.value.items === undefined ? answer.at : [...answer.at, 'items'];
  return new Map(
    [...propertiesOf(document, row)].map(([name, at]) => [
      name,
      { ...shapeOf(document, at), breachOf: (value) => breachOf(nodeAt(document, at), value) },
    ]),
  );
}

/** A value without an order would be answered in that of the ids. */
function wrongSorts({ at, name, shape, 'x-sort': sorts }: Parameter): string[] {
  if (sorts === undefined) return [];
  const here = [...at, 'x-sort'];
  const values = valuesOf(shape);
  if (values === undefined) return [`${pointerOf(here)} needs an enum: the schema of ${name} lets in other values`];
  return [
    ...strayKeys(here, sorts, name, values),
    ...values
      .filter((value) => !Object.hasOwn(sorts, value))
      .map((value) => `${pointerOf(here)} has no ${value}, a value of ${name}`),
  ];
}

/** A value without conditions filters nothing. One may be for that, as `all` is; of two, one has been forgotten. */
function wrongFilters({ at, name, shape, 'x-filter': filter }: Parameter, row: Row): string[] {
  if (filter === undefined) return [];
  const here = [...at, 'x-filter'];
  if (filter === true) return wrongEquality(here, name, shape, row.get(name));
  const values = valuesOf(shape);
  if (values === undefined) return [`${pointerOf(here)} needs an enum: the schema of ${name} lets in other values`];
  const [stray, unnamed] = [
    strayKeys(here, filter, name, values),
    values.filter((value) => !Object.hasOwn(filter, value)),
  ];
  const forgotten = `${pointerOf(here)} has none of ${unnamed.join(', ')}, values of ${name}: one at most may be left out, and filters nothing`;
  return [
    ...stray,
    ...(stray.length === 0 && unnamed.length > 1 ? [forgotten] : []),
    ...Object.entries(filter).flatMap(([value, conditions]) =>
      Object.entries(conditions).flatMap(([column, wanted]) =>
        unfit([...here, value, column], wanted, row.get(column)),
      ),
    ),
  ];
}

/** The values of a parameter as they are written, if they can be counted. */
function valuesOf({ values, types }: Shape): string[] | undefined {
  return values?.map(String) ?? (types.join() === 'boolean' ? ['true', 'false'] : undefined);
}

function strayKeys(at: JsonPath, named: object, parameter: string, values: string[]): string[] {
  return Object.keys(named)
    .filter((value) => !values.includes(value))
    .map((value) => `${pointerOf([...at, value])} is no value of ${parameter}`);
}

/** Whether a column can equal the values of the parameter of its name. */
function wrongEquality(
  at: JsonPath,
  name: string,
  { types, format, values }: Shape,
  column: Property | undefined,
): string[] {
  if (column === undefined || column.types.length === 0) return [];
  if (values !== undefined) return values.flatMap((value) => unfit(at, value, column));
  const isOther = (type: string) =>
    !column.types.includes(type) && !(type === 'integer' && column.types.includes('number'));
  const isAnyText = column.format === 'date-time' && format !== 'date-time';
  return types.some(isOther) || isAnyText ? [`${pointerOf(at)} compares ${name} with a column of another type`] : [];
}

function unfit(at: JsonPath, value: unknown, column: Property | undefined): string[] {
  const breach = column?.breachOf(value);
  return breach === undefined ? [] : [`${pointerOf(at)} ${breach}`];
}

function wrongExclusion({ at, name, 'x-not-with': excluded }: Parameter, parameters: Parameter[]): string[] {
  const isThere = parameters.some((other) => other.in === 'query' && other.name === excluded && other.name !== name);
  return excluded === undefined || isThere
    ? []
    : [`${pointerOf([...at, 'x-not-with'])} must name another query parameter, and ${excluded} is none`];
}

function wrongToggle(document: Document, operation: JsonPath, row: Row): string[] {
  const { at, value } = locate<OperationObject>(document, operation) ?? { at: operation, value: undefined };
  const toggled = value?.['x-toggle'];
  if (toggled === undefined || row.size === 0 || row.get(toggled)?.types.join() === 'boolean') return [];
  return [`${pointerOf([...at, 'x-toggle'])} must name a boolean property of what is answered, and ${toggled} is none`];
}

/** What refers to rows that have no owner, or to none. A resource that cannot be made as it stands has rows all the same. */
function wrongReferences(document: Document): string[] {
  const referring = schemasIn(document).flatMap((at) => {
    const { 'x-references': name }: Schema = nodeAt(document, at);
    return name === undefined ? [] : [{ at: [...at, 'x-references'], name }];
  });
  if (referring.length === 0) return [];
  const { resources } = resourcesOf(document);
  const shared = new Set(resources.filter(({ owner }) => owner === 'nobody').map(({ schema }) => schema));
  const answered = familiesOf(document)
    .filter(({ item }) => item !== undefined)
    .flatMap(({ operations }) => operations.map(({ answer }) => answer?.name));
  return referring
    .filter(({ name }) => shared.has(name) || !answered.includes(name))
    .map(({ at, name }) => `${pointerOf(at)} must name the schema of a resource that has owners, and ${name} is none`);
}
