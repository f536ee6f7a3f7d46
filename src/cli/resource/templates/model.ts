// The template of a resource's model.
import type { Resource } from '../../../contract/resources/types.ts';
import { literal, property } from '../typescript.ts';
import { pluralWordsOf } from '../words.ts';

export function modelText(resource: Resource): string {
  const { schema, table, owner, parent, operations } = resource;
  const base = owner === 'nobody' ? 'SharedModel' : 'OwnedModel';
  const list = operations.find(({ role }) => role === 'list');
  const orders = list === undefined ? '' : `, its orders and filters those of \`${list.id}\``;
  return `// The ${pluralWordsOf(resource)} table. Its columns are the properties of the schema${orders}.
import { ${base} } from '../../database/models.ts';

export class ${schema} extends ${base} {
  static override readonly tableName = ${literal(table)};
  static override readonly schema = ${literal(schema)};
${parent === undefined ? '' : `  static override readonly parents = { ${property(parent.column, literal(parent.table))} };\n`}}
`;
}
