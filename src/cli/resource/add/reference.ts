// A reference to a component of the contract.

export function ref(
  section: 'parameters' | 'headers' | 'schemas' | 'examples' | 'responses',
  name: string,
): { $ref: string } {
  return { $ref: `#/components/${section}/${name}` };
}

/** Several, by name: of headers. */
export function headers(...names: string[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, ref('headers', name)]));
}
