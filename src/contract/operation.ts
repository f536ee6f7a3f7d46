// What a handler is: a typed function from the admitted request of its operation to a reply that the contract documents.
import type { Scope } from '../database/scope.ts';
import type { operations } from '../generated/server.ts';
import type { Service } from '../service/service.ts';
import type { OperationId } from './contract-operation.ts';
import type { JsonText } from './json-text.ts';

/** The handler of one operation. It never sees Express; problems are thrown, see `Problem`. */
export type Operation<Id extends OperationId> = (
  request: OperationRequest<Id>,
  scope: ScopeOf<Id>,
) => Promise<Answer<Id>> | Answer<Id>;

/** Every operation of the contract with its handler: complete, and nothing besides. */
export type Operations = { [Id in OperationId]: Operation<Id> };

/** A request as the contract admitted it: values in their types, defaults filled in. */
export interface OperationRequest<Id extends OperationId> {
  params: Part<Id, 'path'>;
  query: Part<Id, 'query'>;
  headers: Part<Id, 'header'>;
  body: Body<Id>;
  /** Path and query as they were sent; what links are made from. */
  url: string;
  reply: Reply<Id>;
}

/** Makes a reply: a status, its body and its headers as the contract documents them together. */
export type Reply<Id extends OperationId> = <S extends ReplyStatus<Id>>(
  status: S,
  ...rest: ReplyRest<Responses<Id>[S]>
) => Answer<Id>;

declare const madeByReply: unique symbol;

/** What a handler returns. Only the `reply` of its own operation makes one. */
export interface Answer<Id extends OperationId = OperationId> {
  readonly [madeByReply]: Id;
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | number>>;
}

/** An operation that documents 401 acts for a user and gets that user's rows; the others get the service. */
type ScopeOf<Id extends OperationId> = 401 extends keyof Responses<Id> ? Scope : Service;

type Parameters<Id extends OperationId> = operations[Id]['parameters'];
type Part<Id extends OperationId, In extends 'path' | 'query' | 'header'> = [NonNullable<Parameters<Id>[In]>] extends [
  never,
]
  ? Record<never, never>
  : NonNullable<Parameters<Id>[In]>;

/** A body that need not be sent is undefined when it is not (OpenAPI 3.1, section 4.8.13: `required` is false by default). */
type Body<Id extends OperationId> = [Described<Id>] extends [never]
  ? undefined
  : Described<Id>['content']['application/json'] | Extract<operations[Id]['requestBody'], undefined>;

type Described<Id extends OperationId> = NonNullable<operations[Id]['requestBody']>;

type Responses<Id extends OperationId> = operations[Id]['responses'];

/** The documented statuses that are not problems. */
type ReplyStatus<Id extends OperationId> = {
  [S in keyof Responses<Id>]: Responses<Id>[S] extends { content: { 'application/problem+json': unknown } } ? never : S;
}[keyof Responses<Id>] &
  number;

type ReplyRest<Response> = Response extends { content: infer Content }
  ? [body: Sent<Content[keyof Content]>, ...HeadersRest<Response>]
  : [body?: undefined, ...HeadersRest<Response>];

/** What an answer says, or what stands for it: JSON as text, and text as its bytes in UTF-8, which many answers can share. */
type Sent<Value> = Value | JsonText<Value> | (Value extends string ? Buffer : never);

type HeadersRest<Response> =
  Record<never, never> extends ReplyHeaders<Response>
    ? [headers?: ReplyHeaders<Response>]
    : [headers: ReplyHeaders<Response>];

/** The documented headers of a response, but for the one that every answer gets from `http/request-log.ts`. */
type ReplyHeaders<Response> = Response extends { headers: infer Headers }
  ? { [Name in keyof Headers as string extends Name ? never : Exclude<Name, 'X-Request-Id'>]: Headers[Name] }
  : Record<never, never>;
