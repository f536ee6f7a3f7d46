// The line of `src/operations.ts` that says which handlers a folder has, and the import that it needs.

const ours = /^import \{ (\w+) \} from '(\.\/[^']+)';$/;

/**
 * The file with the handlers of one folder more, or under the name that they have now; undefined when it is not of the form that is
 * known, or another folder has handlers of that name.
 */
export function withHandlers(text: string, name: string, folder: string): string | undefined {
  const from = `./resources/${folder}/handlers.ts`;
  const lines = text.split('\n');
  const imports = lines.flatMap((line, index) => {
    const [, imported, path] = ours.exec(line) ?? [];
    return imported === undefined || path === undefined ? [] : [{ index, imported, path }];
  });
  if (imports.some(({ imported, path }) => imported === name && path !== from)) return undefined;
  const listed = imports.find(({ path }) => path === from);
  if (listed !== undefined) return text.replaceAll(new RegExp(`\\b${listed.imported}\\b`, 'g'), name);
  if (text.includes(`'${from}'`)) return text;
  const end = lines.indexOf('};');
  const last = imports.at(-1);
  if (last === undefined || end < last.index) return undefined;
  const next = imports.find(({ path }) => path > from)?.index ?? last.index + 1;
  lines.splice(end, 0, `  ...${name},`);
  lines.splice(next, 0, `import { ${name} } from '${from}';`);
  return lines.join('\n');
}
