// Why a difference cannot be made into a migration as it is, where the contract asks for it, and what a person can say to that.

import { breachIn } from '../../../contract/breach.ts';
import { nodeAt } from '../../../contract/located.ts';
import type { JsonPath } from '../../../contract/pointer.ts';
import type { ColumnType } from '../../../contract/resources/column.ts';
import type { Resource } from '../../../contract/resources/types.ts';
import type { Shape } from '../../../contract/shape.ts';
import type { Project } from '../project.ts';
import type { Allowed, Difference } from './difference.ts';

/** What a person has yet to say, one sentence for each, with the line of the contract. */
export function refusalsOf(
  placeOf: Project['placeOf'],
  resources: Resource[],
  differences: Difference[],
  allowed: Allowed,
): string[] {
  return differences.flatMap((difference) =>
    difference.needs
      .filter(({ option }) => option === 'fill' || isInSteps(option) || !allowed[option].includes(nameOf(difference)))
      .map(({ option, why }) => {
        const place = placeOf(pathOf(difference, resources));
        return `${place}: ${nameOf(difference)}: ${difference.what}, and ${why}. ${advice[option](nameOf(difference))}`;
      }),
  );
}

const advice = {
  drop: (name: string) =>
    name.includes('.')
      ? `To let it go: --drop ${name}. If it has another name now: x-renamed-from: ${name.replace(/.*\./, '')}.`
      : `To let it go: --drop ${name}.`,
  narrow: (name: string) => `To let them go: --narrow ${name}.`,
  convert: (name: string) => `To let them go: --convert ${name}.`,
  fill: (name: string) => `Give it a default, or say what: --fill ${name}=VALUE.`,
  anew: (name: string) => `Take it out first, with --drop ${name}; then put it in anew.`,
  optional: (name: string) =>
    name.endsWith('.user_id')
      ? 'Whose they are a migration of your own has to say: npm run knex -- migrate:make NAME; then npm run migrations -- --taken.'
      : 'Make it optional first; when every row has a value, make it required.',
};

/** Whether nothing can be said to it: the contract has to take two steps. */
function isInSteps(option: Difference['needs'][number]['option']): option is 'optional' | 'anew' {
  return option === 'optional' || option === 'anew';
}

/** What was said of columns that need no such thing: most likely a name is mistyped. */
export function idleOptions(differences: Difference[], allowed: Allowed): string[] {
  const isAsked = (option: string, name: string) =>
    differences.some(
      (one) =>
        nameOf(one) === name && (option === 'fill' ? one.fills : one.needs.some((need) => need.option === option)),
    );
  return (['drop', 'narrow', 'convert', 'fill'] as const).flatMap((option) => {
    const said = option === 'fill' ? Object.keys(allowed.fill) : allowed[option];
    return said.filter((name) => !isAsked(option, name)).map((name) => `--${option} ${name}: nothing asks for that.`);
  });
}

/** What was said for rows that have nothing, and the contract would not let anybody send, or be answered. */
export function unfitFills(
  { placeOf, document }: Pick<Project, 'placeOf' | 'document'>,
  resources: Resource[],
  { fill }: Allowed,
): string[] {
  if (Object.keys(fill).length === 0) return []; // to read the document for its checks takes a while
  const breachOf = breachIn(document);
  return resources.flatMap(({ table, fields }) =>
    fields.flatMap(({ name, at, type, sent }) => {
      const said = fill[`${table}.${name}`];
      if (said === undefined) return [];
      const schema = { allOf: [nodeAt(document, at), ...(sent === undefined ? [] : [schemaOf(sent)])] };
      const why = breachOf(schema, typed(said, type));
      return why === undefined ? [] : [`${placeOf(at)}: --fill ${table}.${name}=${said}: it ${why}.`];
    }),
  );
}

function schemaOf({ minimum, maximum, minLength, maxLength, pattern, format, values }: Shape): object {
  return { minimum, maximum, minLength, maxLength, pattern, format, enum: values };
}

/** What a person means who writes it so. */
function typed(said: string, type: ColumnType): string | number | boolean {
  if (type === 'boolean' && /^(true|false)$/.test(said)) return said === 'true';
  return (type === 'bigint' || type === 'double precision') && /^-?\d+(\.\d+)?$/.test(said) ? Number(said) : said;
}

function nameOf({ table, column }: Difference): string {
  return column === undefined ? table : `${table}.${column}`;
}

/** Where the contract says it: at the property, or where it would stand. */
function pathOf({ table, column }: Difference, resources: Resource[]): JsonPath {
  const resource = resources.find((one) => one.table === table);
  if (resource === undefined) return ['paths'];
  return (
    resource.fields.find(({ name }) => name === column)?.at ?? ['components', 'schemas', resource.schema, 'properties']
  );
}
