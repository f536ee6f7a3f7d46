// How names and values of a contract are written in TypeScript, whatever characters they have.

/** Access to a member: `params.id`, or `params['note-id']`. */
export function member(object: string, name: string): string {
  return isIdentifier(name) ? `${object}.${name}` : `${object}[${literal(name)}]`;
}

/** A member of an object literal. */
export function property(name: string, value: string): string {
  return `${memberName(name)}: ${value}`;
}

/** The name of a member of an object literal. */
export function memberName(name: string): string {
  return isIdentifier(name) ? name : literal(name);
}

/** A value as TypeScript; strings as this project quotes them. */
export function literal(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return value.includes("'") ? JSON.stringify(value) : `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"')}'`;
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}
