// `npm run resource add`: reads the options, shows or writes the change to the contract, and says what comes next.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';
import { contractFile } from '../../contract/contract.ts';
import { readDocument } from '../../contract/document.ts';
import { operationsIn } from '../../contract/located.ts';
import { addResource } from './add/add.ts';
import { readFieldFlag } from './add/field-flag.ts';
import { checkedSpec, readReference, readToggle, type Spec } from './add/spec.ts';
import { readSpecFile } from './add/spec-file.ts';
import { writeAtomically } from './add/write-atomically.ts';
import { UsageError } from './usage-error.ts';

interface Options {
  field?: string[];
  spec?: string;
  plural?: string;
  shared?: true;
  flat?: true;
  toggle?: string;
  parent?: string;
  belongsTo?: string[];
  dryRun?: true;
}

const help = `
Fields are name:type, then options, with a colon between:
  title:string:required:max=200   pinned:bool=false   state:string:enum=draft|sent:default=draft

  types      string (max 200 unless said), text, int, float, bool, datetime
  required   must be sent; a field that is not required may be null, unless it has a default
  max=, min= of a string or text its length, of a number its value
  default=   the value of what is left out; "type=value" is the same
  enum=a|b   the only values of a string
  unique     no two rows of an owner share it
  index      the list can be filtered by it, and sorted if it is a datetime, an int or a string that is never null

In a value, "\\:" is a colon. Examples:
  npm run resource add note -- --field title:string:required:max=200 --field body:text --field pinned:bool=false
  npm run resource add message -- --parent conversation --field text:text:required
  npm run resource add -- --spec note.yaml --dry-run
`;

export function addCommand(): Command {
  const collect = (value: string, values: string[] = []) => [...values, value];
  const once = (option: string) => (value: string, before?: string) => {
    if (before === undefined) return value;
    throw new UsageError(`--${option} can be said once, and stands here twice: ${before} and ${value}`);
  };
  return new Command('add')
    .description('Writes the paths, schemas and examples of a new resource into openapi.yaml.')
    .argument('[name]', 'what one is called: note, line_item')
    .option('--field <name:type…>', 'a field; repeat it for each', collect)
    .option('--spec <file.yaml>', 'read everything from a file instead', once('spec'))
    .option('--plural <name>', 'the plural, where it is irregular', once('plural'))
    .option('--shared', 'rows that every signed-in user may read and nobody writes, at /notes')
    .option('--flat', 'at /notes rather than /api/{user_id}/notes')
    .option('--toggle <field[=verb]>', 'PATCH …/<verb> turns a bool around: done, or done=complete', once('toggle'))
    .option('--parent <resource>', 'its items have these: /conversations/{conversation_id}/messages', once('parent'))
    .option('--belongs-to <resource[:optional]>', 'a field that names an item of another resource; repeatable', collect)
    .option('--dry-run', 'show the change and write nothing')
    .addHelpText('after', help)
    .action(run);
}

async function run(name: string | undefined, { dryRun, ...options }: Options): Promise<void> {
  const spec = await readSpec(name, options);
  const file = fileURLToPath(contractFile);
  const before = await readFile(file, 'utf8');
  const after = addResource(before, spec);
  if (!dryRun) await writeAtomically(file, after);
  process.stdout.write(dryRun ? difference(before, after) : summary(before, after));
}

async function readSpec(name: string | undefined, { spec: file, ...options }: Options): Promise<Spec> {
  const { plural, shared, flat, toggle, parent, belongsTo, field } = options;
  if (file !== undefined) {
    const other = name ?? Object.keys(options)[0];
    if (other === undefined) return readSpecFile(file, await readFile(file, 'utf8'));
    throw new UsageError(`${other} does not go together with --spec: say it in ${file}`);
  }
  if (name === undefined) throw new UsageError('say what one is called: npm run resource add note -- --field …');
  return checkedSpec({
    name,
    plural,
    shared: shared === true,
    flat: flat === true,
    toggle: toggle === undefined ? undefined : readToggle(toggle),
    parent,
    belongsTo: (belongsTo ?? []).map(readReference),
    fields: (field ?? []).map(readFieldFlag),
  });
}

function difference(before: string, after: string): string {
  const context = { context: 3 };
  const patch = structuredPatch('a/openapi.yaml', 'b/openapi.yaml', before, after, undefined, undefined, context);
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

/** What was added: the operations, found by what the contract has now and had not before. */
function summary(before: string, after: string): string {
  const old = new Set(operationsOf(before));
  const added = operationsOf(after).filter((operation) => !old.has(operation));
  return [
    'openapi.yaml has now, besides what it had:',
    ...added.map((operation) => `  ${operation}`),
    'Next: npm run resource generate',
    '',
  ].join('\n');
}

function operationsOf(text: string): string[] {
  return operationsIn(readDocument(text)).map(([, path, method]) => `${String(method).toUpperCase()} ${path}`);
}
