// What it means to a caller that a constraint refused a row. The constraints are named after table and column by the migrations.
import { Problem } from '../problem.ts';
import { columnOfConstraint, ownerReference } from './constraint-names.ts';
import { constraintOf, isTaken, isUnknownReference } from './errors.ts';

/** The problem that a failed write stands for, or the failure as it is. `within`: the columns that the path sets. */
export function constraintProblem(error: unknown, table: string, within: object): unknown {
  if (isTaken(error)) return taken(columnOfConstraint('unique', table, constraintOf(error)));
  if (!isUnknownReference(error) || constraintOf(error) === ownerReference(table)) return error; // the owner is `Scope`'s
  const column = columnOfConstraint('reference', table, constraintOf(error));
  return Object.hasOwn(within, column) ? notFound() : unknownReference(column);
}

/** There is no such row of this owner, whether or not somebody else has it. */
export function notFound(): Problem {
  return new Problem('NotFound', 'There is nothing at this address.');
}

function taken(column: string): Problem {
  const message = 'is the value of another one already';
  return new Problem('Conflict', `${column} ${message}.`, {
    errors: [{ pointer: `/${column}`, message, code: 'unique' }],
  });
}

function unknownReference(column: string): Problem {
  const message = 'must be the id of something that is there and yours';
  return new Problem('UnprocessableContent', '1 value breaks the contract.', {
    errors: [{ pointer: `/${column}`, message, code: 'reference' }],
  });
}
