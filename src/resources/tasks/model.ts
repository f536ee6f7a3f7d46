// The tasks table: what each sort of the contract orders by, and which columns a search looks at.
import type { OperationRequest } from '../../contract/operation.ts';
import type { Sort } from '../../database/keyset.ts';
import { OwnedModel } from '../../database/owned.ts';

type ListQuery = OperationRequest<'listTasks'>['query'];

export class Task extends OwnedModel {
  static override readonly tableName = 'tasks';
  static override readonly schema = 'Task';

  static readonly sorts = {
    created: { column: 'created_at', order: 'desc' },
    title: { column: 'title', order: 'asc' },
    due_date: { column: 'due_date', order: 'asc' },
  } satisfies Record<ListQuery['sort'], Sort>;

  static readonly searched = ['title', 'description'];
}
