// The text of a migration's statements, laid out as the formatter would.

/** The longest line. */
const width = 120;

/** What an argument of a call can be: a text, a list of texts, or an object of arguments. */
export type Argument = string | boolean | readonly string[] | { readonly [name: string]: Argument };

/** `await createIndex(knex, 'tasks', …);` within a function. */
export function call(name: string, ...values: Argument[]): string {
  const inline = `  await ${name}(${['knex', ...values.map(inlined)].join(', ')});`;
  const last = values.at(-1);
  const isSpread = typeof last === 'object';
  if (inline.length <= width && !(isSpread && !Array.isArray(last))) return inline;
  if (isSpread) {
    const head = ['knex', ...values.slice(0, -1).map(inlined)].join(', ');
    return `  await ${name}(${head}, ${spread(last, '  ')});`;
  }
  const lines = ['knex', ...values.map(inlined)].map((value) => `    ${value},`);
  return [`  await ${name}(`, ...lines, '  );'].join('\n');
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
  return `{ ${members(value, inlined).join(', ')} }`;
}

function spread(value: Exclude<Argument, string | boolean>, indent: string): string {
  const within = `${indent}  `;
  const parts = isList(value) ? value.map(literal) : members(value, (one) => laidOut(one, within));
  const [open, close] = isList(value) ? '[]' : '{}';
  return [open, ...parts.map((part) => `${within}${part},`), `${indent}${close}`].join('\n');
}

function laidOut(value: Argument, indent: string): string {
  return typeof value === 'object' && !isList(value) ? spread(value, indent) : inlined(value);
}

function members(value: { readonly [name: string]: Argument }, write: (value: Argument) => string): string[] {
  return Object.entries(value).map(
    ([name, one]) => `${/^[a-z_]\w*$/i.test(name) ? name : literal(name)}: ${write(one)}`,
  );
}

function isList(value: Argument): value is readonly string[] {
  return Array.isArray(value);
}
