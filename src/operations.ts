// Every operation of the contract and its handler. A missing one, or one too many, does not compile.
import type { Operations } from './contract/operation.ts';
import { taskHandlers } from './resources/tasks/handlers.ts';
import { serviceHandlers } from './service/handlers.ts';

export const operations: Operations = {
  ...serviceHandlers,
  ...taskHandlers,
};
