// What the contract holds values to and no column does: rows that are there may break it, and an answer with them breaks with it.
import type { Document } from '../../../contract/document.ts';
import type { Field, Resource } from '../../../contract/resources/types.ts';
import { shapeOf } from '../../../contract/shape.ts';
import type { Limits, Tables } from './table.ts';
import { renamesOf } from './tables.ts';

/** The tables with the limits that the contract has now. */
export function withLimits(tables: Tables, resources: Resource[], document: Document): Tables {
  const limited = resources.flatMap(({ table, fields }): [string, Tables[string]][] => {
    const known = tables[table];
    const limits = fields
      .map((field) => [field.name, limitsOf(field, document)] as const)
      .filter(([, said]) => Object.keys(said).length > 0);
    return known === undefined ? [] : [[table, { ...known, limits: Object.fromEntries(limits) }]];
  });
  return { ...tables, ...Object.fromEntries(limited) };
}

/** By column, how it is held to less than in the snapshot; one of an older build says nothing of limits. */
export function narrowedColumns(
  resource: Resource,
  snapshot: Tables,
  document: Document,
): { field: Field; what: string }[] {
  const { [resource.table]: before } = snapshot;
  if (before?.limits === undefined) return [];
  const { columns, limits } = before;
  const renames = renamesOf(resource, before);
  return resource.fields.flatMap((field) => {
    const name = renames[field.name] ?? field.name;
    const what = columns[name] === undefined ? [] : narrowed(limits[name] ?? {}, limitsOf(field, document));
    return what.length === 0 ? [] : [{ field, what: what.join(', ') }];
  });
}

/** As far as the column does not hold it: its type has moments and safe integers alone, its check the values of a text. */
function limitsOf({ at, type, values: checked }: Field, document: Document): Limits {
  const { minimum, maximum, minLength, pattern, format, values } = shapeOf(document, at);
  if (type === 'timestamptz(3)') return {}; // all of them are written alike
  const isHeld = (limit: number) => type === 'bigint' && Math.abs(limit) >= Number.MAX_SAFE_INTEGER;
  return {
    ...(minimum !== undefined && !isHeld(minimum) && { minimum }),
    ...(maximum !== undefined && !isHeld(maximum) && { maximum }),
    ...(minLength !== undefined && { minLength }),
    ...(pattern !== undefined && { pattern }),
    ...(format !== undefined && { format }),
    ...(values !== undefined && checked === undefined && { values }),
  };
}

function narrowed(old: Limits, now: Limits): string[] {
  const { minimum = -Infinity, maximum = Infinity, minLength = 0, values = [] } = now;
  const isNarrower = {
    minimum: minimum > (old.minimum ?? -Infinity),
    maximum: maximum < (old.maximum ?? Infinity),
    minLength: minLength > (old.minLength ?? 0),
    pattern: now.pattern !== undefined && now.pattern !== old.pattern,
    format: now.format !== undefined && now.format !== old.format,
  };
  const limits = (['minimum', 'maximum', 'minLength', 'pattern', 'format'] as const)
    .filter((limit) => isNarrower[limit])
    .map((limit) => `${limit} is ${now[limit]}${old[limit] === undefined ? '' : ` and no longer ${old[limit]}`}`);
  const isFewer = now.values !== undefined && !(old.values?.every((value) => values.includes(value)) ?? false);
  return [...limits, ...(isFewer ? [`it is one of ${values.join(', ')}`] : [])];
}
