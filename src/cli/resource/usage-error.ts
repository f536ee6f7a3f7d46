// A command that cannot be understood or asks for the impossible: the program ends with 2 and has written nothing.

export class UsageError extends Error {
  override readonly name = 'UsageError';
}
