// What goes wrong, for the servers that are written by hand: the problems that the contract documents.

export interface RefusedValue {
  pointer?: string;
  parameter?: string;
  message: string;
  code: string;
}

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
};

export class Refusal extends Error {
  readonly status: number;
  readonly errors: RefusedValue[] | undefined;

  constructor(status: number, detail: string, errors?: RefusedValue[]) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

export function unprocessable(errors: RefusedValue[]): Refusal {
  return new Refusal(422, 'A value breaks the contract.', errors);
}

export function problemBody({ status, message, errors }: Refusal, instance: string): object {
  const title = titles[status] ?? '';
  const type = `/docs#${title.toLowerCase().replaceAll(' ', '-')}`;
  return { type, title, status, detail: message, instance, ...(errors && { errors }) };
}

/** Whatever was thrown, as a refusal. */
export function asRefusal(error: unknown): Refusal {
  return error instanceof Refusal ? error : new Refusal(500, 'Something went wrong on our side.');
}
