// The line of `src/operations.ts` that says which handlers a folder has, and the import that it needs.

const ours = /^import \{ \w+ \} from '(\.\/[^']+)';$/;

/** The file with the handlers of one folder more; undefined when it is not of the form that is known. */
export function withHandlers(text: string, name: string, folder: string): string | undefined {
  const from = `./resources/${folder}/handlers.ts`;
  if (text.includes(`'${from}'`)) return text;
  const lines = text.split('\n');
  const imports = lines.flatMap((line, index) => {
    const [, path] = ours.exec(line) ?? [];
    return path === undefined ? [] : [{ index, path }];
  });
  const end = lines.indexOf('};');
  const last = imports.at(-1);
  if (last === undefined || end < last.index) return undefined;
  const next = imports.find(({ path }) => path > from)?.index ?? last.index + 1;
  lines.splice(end, 0, `  ...${name},`);
  lines.splice(next, 0, `import { ${name} } from '${from}';`);
  return lines.join('\n');
}
