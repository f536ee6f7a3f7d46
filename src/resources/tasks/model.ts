// The tasks table. Its columns are the properties of the schema, its orders and filters those of `listTasks`.
import { OwnedModel } from '../../database/models.ts';

export class Task extends OwnedModel {
  static override readonly tableName = 'tasks';
  static override readonly schema = 'Task';
}
