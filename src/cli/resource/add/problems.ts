// The problems that an operation of a new resource can end in, by status.
import type { NewResource } from './new-resource.ts';
import { ref } from './reference.ts';

const responses = {
  '400': 'BadRequest',
  '401': 'Unauthorized',
  '403': 'Forbidden',
  '404': 'NotFound',
  '409': 'IdempotencyKeyInUse',
  '412': 'PreconditionFailed',
  '413': 'ContentTooLarge',
  '415': 'UnsupportedMediaType',
  '422': 'UnprocessableContent',
  '429': 'TooManyRequests',
  '500': 'InternalServerError',
  '503': 'ServiceUnavailable',
};

type Status = keyof typeof responses;

/** Those that every operation with a token has, and `others`. Nobody is at another's path where no path names a user. */
export function problems({ ownerInPath }: NewResource, others: (Status | false)[], conflict = responses['409']) {
  const all = ['400', '401', ownerInPath && '403', '422', '429', '500', '503', ...others] satisfies (Status | false)[];
  const statuses = all.filter((status) => status !== false);
  return Object.fromEntries(
    statuses.map((status) => [status, ref('responses', status === '409' ? conflict : responses[status])]),
  );
}
