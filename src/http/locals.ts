// What the stages of a request leave for those after them, and for its line in the log: the fields of `res.locals`.
import type { OperationId } from '../contract/contract-operation.ts';
import type { Problem } from '../problem.ts';

declare global {
  namespace Express {
    interface Locals {
      /** The `X-Request-Id` of the answer. */
      requestId: string;
      /** Names and values of header fields, in turns, that the answer will have whatever it is. */
      headers: string[];
      /** Where requests are traced. */
      traceId?: string;
      /** Unless nothing is described at this address. */
      operation?: OperationId;
      /** Of a caller whose token is valid. */
      userId?: string;
      /** What the request ended in, when it was refused or failed. */
      problem?: Problem;
      /** The address of such a caller: a connection that has ended no longer says it. */
      client?: string | undefined;
    }
  }
}
