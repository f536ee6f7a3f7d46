// What it means to a caller that a constraint refused a write. Those of Deed's migrations are named after table and column; of one
// that a person has named otherwise no column is said.
import { Problem } from '../problem.ts';
import { columnOfConstraint, ownerReference } from './constraint-names.ts';
import { constraintOf, isMissingReference, isTaken } from './errors.ts';

interface Written {
  table: string;
  /** Those of the row's schema, and those that are written. */
  columns: object;
  /** Those that the path sets. */
  within: object;
}

/** The problem that a row which could not be written stands for, or the failure as it is. */
export function writeProblem(error: unknown, { table, columns, within }: Written): unknown {
  const known = Object.keys({ ...columns, ...within });
  const name = constraintOf(error);
  if (isTaken(error)) return taken(columnOfConstraint('unique', name, known));
  if (!isMissingReference(error) || name === ownerReference(table)) return error; // the owner is `Scope`'s
  const column = columnOfConstraint('reference', name, known);
  return column !== undefined && Object.hasOwn(within, column) ? notFound() : unknownReference(column);
}

/** The problem that a row which could not be removed stands for, or the failure as it is. */
export function removalProblem(error: unknown): unknown {
  return isMissingReference(error) ? new Problem('Conflict', 'Something else refers to it.') : error;
}

/** There is no such row of this owner, whether or not somebody else has it. */
export function notFound(): Problem {
  return new Problem('NotFound', 'There is nothing at this address.');
}

function taken(column: string | undefined): Problem {
  if (column === undefined) return new Problem('Conflict', 'Another one has these values already.');
  const message = 'is the value of another one already';
  return new Problem('Conflict', `${column} ${message}.`, {
    errors: [{ pointer: `/${column}`, message, code: 'unique' }],
  });
}

function unknownReference(column: string | undefined): Problem {
  if (column === undefined)
    return new Problem('UnprocessableContent', 'It refers to something that is not there, or not yours.');
  const message = 'must be the id of something that is there and yours';
  return new Problem('UnprocessableContent', '1 value breaks the contract.', {
    errors: [{ pointer: `/${column}`, message, code: 'reference' }],
  });
}
