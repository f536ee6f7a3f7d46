// What a person asks for with `resource add`, checked by itself: whatever the contract holds, this could be a resource.
import { serverColumns } from '../../../contract/resources/column.ts';
import { reservedSchemas } from '../../../contract/resources/names.ts';
import { UsageError } from '../usage-error.ts';
import { isNullable, type NewField } from './new-field.ts';
import { reservedKeywords, reservedParameters } from './reserved.ts';
import { pascal } from './words.ts';

export interface Spec {
  /** Its name in the singular: `line_item`. */
  name: string;
  plural: string | undefined;
  /** Rows that every signed-in user may read and nobody writes. */
  shared: boolean;
  /** `/notes` rather than `/api/{user_id}/notes`. */
  flat: boolean;
  toggle: Toggle | undefined;
  /** The resource whose items its collections are below. */
  parent: string | undefined;
  belongsTo: Reference[];
  fields: NewField[];
}

/** `PATCH …/<verb>` turns the field around. */
export interface Toggle {
  field: string;
  verb: string;
}

/** A field that names a row of another resource. */
interface Reference {
  resource: string;
  optional: boolean;
}

/** The name of a constraint has at most 63 characters: a table, a column and how they are joined. */
const longestName = 25;

/** `done`, or `done=complete`. */
export function readToggle(text: string): Toggle {
  const [, field = '', verb = field] = /^(.*?)(?:=(.*))?$/s.exec(text) ?? [];
  return { field, verb };
}

/** `conversation`, or `conversation:optional`. */
export function readReference(text: string): Reference {
  const [resource = '', option, ...rest] = text.split(':');
  if (rest.length > 0 || (option !== undefined && option !== 'optional')) {
    throw new UsageError(`belongs-to "${text}": after the resource only ":optional" can follow`);
  }
  return { resource, optional: option === 'optional' };
}

/** What was given, when it makes sense. @throws UsageError when it contradicts itself, or uses a name that cannot be. */
export function checkedSpec(spec: Spec): Spec {
  checkName('the resource', spec.name);
  if (reservedSchemas.has(pascal(spec.name))) {
    throw new UsageError(
      `the resource "${spec.name}": its model would hide what handlers call so; choose another name`,
    );
  }
  if (spec.plural !== undefined) checkName('--plural', spec.plural);
  if (spec.plural === spec.name)
    throw new UsageError(`--plural ${spec.plural}: the plural must differ from the singular`);
  if (reservedKeywords.has(spec.plural ?? ''))
    throw new UsageError(`--plural ${spec.plural}: it is a reserved word of SQL`);
  for (const { resource } of spec.belongsTo) checkName('--belongs-to', resource);
  if (spec.parent !== undefined) checkName('--parent', spec.parent);
  if (spec.fields.length === 0) throw new UsageError(`${spec.name} has no field: give it one with --field name:type`);
  checkFields(spec);
  checkToggle(spec);
  if (spec.shared) checkShared(spec);
  if (spec.flat && spec.parent !== undefined) {
    throw new UsageError(`--flat and --parent exclude each other: the path continues that of ${spec.parent}`);
  }
  return spec;
}

function checkName(what: string, name: string): void {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    throw new UsageError(
      `${what} "${name}": a name is lower-case letters and digits with "_" between words: line_item`,
    );
  }
  if (name.length > longestName)
    throw new UsageError(`${what} "${name}": a name has at most ${longestName} characters`);
}

function checkFields({ name, fields, parent, belongsTo }: Spec): void {
  const links = [parent ?? [], ...belongsTo.map(({ resource }) => resource)].flat().map((resource) => `${resource}_id`);
  const columns = [...links, ...fields.map((field) => field.name)];
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined) throw new UsageError(`${name} would have the field "${twice}" twice`);
  for (const field of fields) {
    checkName('the field', field.name);
    if (serverColumns.includes(field.name))
      throw new UsageError(`the field "${field.name}": every resource has its own`);
    if (reservedKeywords.has(field.name)) {
      throw new UsageError(
        `the field "${field.name}": it is a reserved word of SQL or JavaScript; choose another name`,
      );
    }
    if (reservedParameters.has(field.name) && (field.index || field.type === 'bool')) {
      throw new UsageError(
        `the field "${field.name}" would be a filter, and lists have another parameter of that name`,
      );
    }
  }
}

function checkToggle({ name, toggle, fields }: Spec): void {
  if (toggle === undefined) return;
  const field = fields.find((candidate) => candidate.name === toggle.field);
  if (field === undefined) throw new UsageError(`--toggle ${toggle.field}: ${name} has no such field`);
  if (field.type !== 'bool') throw new UsageError(`--toggle ${toggle.field}: it is a ${field.type}, not a bool`);
  if (isNullable(field)) {
    throw new UsageError(
      `--toggle ${toggle.field}: it may be null; say ${field.name}:bool=false or ${field.name}:bool:required`,
    );
  }
  checkName('the verb of --toggle', toggle.verb);
}

function checkShared({ toggle, parent, belongsTo, fields }: Spec): void {
  const refuse = (what: string, why: string) => {
    throw new UsageError(`--shared and ${what} exclude each other: ${why}`);
  };
  if (toggle !== undefined) refuse('--toggle', 'shared rows are only read');
  if (parent !== undefined) refuse('--parent', 'what is below a row belongs to its owner');
  if (belongsTo.length > 0) refuse('--belongs-to', 'the rows of others belong to their owners');
  for (const { name, unique, default: fallback } of fields) {
    if (unique) refuse(`unique (${name})`, 'it is meant for each owner');
    if (fallback !== undefined) refuse(`the default of ${name}`, 'nobody creates shared rows through the API');
  }
}
