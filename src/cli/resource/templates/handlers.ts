// The template of a resource's handlers, and of those that a person has to write.
import type { Resource, ResourceOperation } from '../../../contract/resources/types.ts';
import { literal, member, memberName, property } from '../typescript.ts';
import { handlersName, headerAmong, pluralWordsOf } from '../words.ts';

/** The handlers of a folder: those of its resource, if there is one, and a stub for each operation that cannot be made. */
export function handlersText(folder: string, resource: Resource | undefined, stubs: string[]): string {
  const made = resource?.operations.map((operation) => handlerText(resource, operation)) ?? [];
  const bodies = [...made, ...stubs.map(stubText)].join('\n\n');
  const problem = stubs.length === 0 ? [] : [`import { Problem } from '../../problem.ts';`];
  return `// The operations on ${pluralWordsOf({ plural: folder })}: all that is special about them.${resource === undefined ? '' : ' What every owned resource does stands in `OwnedRows`.'}
${[...importsFor(bodies), ...problem].join('\n')}
${resource === undefined ? '' : `import { ${resource.schema} } from './model.ts';\n`}
export const ${handlersName(folder, resource)} = {
${bodies}
} satisfies Partial<Operations>;
`;
}

/** What a stub answers. */
export function notWritten(id: string): string {
  return `${id} is not written yet.`;
}

/** A handler that answers 501 until somebody writes it. */
export function stubText(id: string): string {
  return `  ${memberName(id)}: () => {
    throw new Problem(501, ${literal(notWritten(id))});
  },`;
}

function importsFor(bodies: string): string[] {
  const tags = ['entityTag', 'versionsIn'].filter((name) => bodies.includes(`${name}(`));
  const links = ['itemAddress', 'pageHeaders'].filter((name) => bodies.includes(`${name}(`));
  return [
    `import type { Operations } from '../../contract/operation.ts';`,
    ...(tags.length > 0 ? [`import { ${tags.join(', ')} } from '../../http/entity-tag.ts';`] : []),
    ...(links.length > 0 ? [`import { ${links.join(', ')} } from '../../http/links.ts';`] : []),
  ];
}

/** The handler of an operation, which does what its role says. */
export function handlerText(resource: Resource, operation: ResourceOperation): string {
  const { query, params, body, headers, lines } = bodyOf(resource, operation);
  const parts = Object.entries({ params, query, headers, body, url: lines.some((line) => line.includes('url')) });
  const taken = [...parts.filter(([, isTaken]) => isTaken).map(([name]) => name), 'reply'].join(', ');
  return `  ${memberName(operation.id)}: async ({ ${taken} }, scope) => {\n${lines.map((line) => `    ${line}`).join('\n')}\n  },`;
}

interface Body {
  params: boolean;
  query: boolean;
  headers: boolean;
  body: boolean;
  lines: string[];
}

function bodyOf(resource: Resource, operation: ResourceOperation): Body {
  const { role, headers, answers, toggles } = operation;
  const rows = rowsText(resource);
  const changes = role === 'update' || role === 'remove' || role === 'toggle';
  const condition = changes ? headerAmong(headers, 'If-Match') : undefined;
  const uses = {
    query: role === 'list',
    headers: condition !== undefined,
    body: role === 'create' || role === 'update',
  };
  const versions = condition === undefined ? '' : `, versionsIn(${member('headers', condition)})`;
  const key = `{ ${property('id', member('params', resource.idParameter))} }`;
  const tag = tagOf(answers);
  const changed = [`return reply(200, row${headersText(tag)});`];
  const found = tag.length > 0 ? '{ row, version }' : '{ row }';
  const lines: Record<typeof role, string[]> = {
    list: [`const page = await ${rows}.page(query);`, 'return reply(200, page.rows, pageHeaders(url, page));'],
    create: [
      `const ${found} = await ${rows}.create(body);`,
      `return reply(201, row${headersText([...tag, ...addressOf(answers)])});`,
    ],
    read: [`const ${found} = await ${rows}.find(${key});`, ...changed],
    update: [`const ${found} = await ${rows}.update(${key}, body${versions});`, ...changed],
    remove: [`await ${rows}.remove(${key}${versions});`, 'return reply(204);'],
    toggle: [
      `const key = ${key};`,
      `const ${found} = await ${rows}.toggle(key, ${literal(toggles)}${versions});`,
      ...changed,
    ],
  };
  const params = resource.parent !== undefined || !['list', 'create'].includes(role);
  return { ...uses, params, lines: lines[role] };
}

/** The rows that the path reaches. */
function rowsText({ schema, owner, parent }: Resource): string {
  if (owner === 'nobody') return `scope.shared(${schema})`;
  if (parent === undefined) return `scope.rows(${schema})`;
  return `scope.rows(${schema}, { ${property(parent.column, member('params', parent.column))} })`;
}

function headersText(members: string[]): string {
  return members.length === 0 ? '' : `, { ${members.join(', ')} }`;
}

function tagOf(answers: string[]): string[] {
  const name = headerAmong(answers, 'ETag');
  return name === undefined ? [] : [property(name, 'entityTag(version)')];
}

function addressOf(answers: string[]): string[] {
  const name = headerAmong(answers, 'Location');
  return name === undefined ? [] : [property(name, 'itemAddress(url, row.id)')];
}
