// The text of a migration's statements. The formatter lays them out.

/** What an argument of a call can be: a text, a list of texts, or an object of arguments. */
export type Argument = string | boolean | readonly string[] | { readonly [name: string]: Argument };

/** `await createIndex(knex, 'tasks', …);` within a function. */
export function call(name: string, ...values: Argument[]): string {
  return `  await ${name}(${['knex', ...values.map(inlined)].join(', ')});`;
}

/** A text as TypeScript. */
function literal(value: string): string {
  if (!/['\\\n]/.test(value)) return `'${value}'`;
  return template(value);
}

/** A text that may have several lines. */
export function template(value: string): string {
  return `\`${value.replace(/[\\`]|\$\{/g, '\\$&')}\``;
}

function inlined(value: Argument): string {
  if (typeof value === 'string') return literal(value);
  if (typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(literal).join(', ')}]`;
  return `{ ${Object.entries(value).map(member).join(', ')} }`;
}

function member([name, value]: [string, Argument]): string {
  return `${/^[a-z_]\w*$/i.test(name) ? name : literal(name)}: ${inlined(value)}`;
}

function isList(value: Argument): value is readonly string[] {
  return Array.isArray(value);
}
