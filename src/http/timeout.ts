// Bounds a wait: what does not come in time is given up.

/** The value of `promise`, or the error that `late` makes when it takes longer than so many milliseconds. */
export function withTimeout<Value>(
  milliseconds: number,
  promise: Promise<Value> | Value,
  late: () => Error,
): Promise<Value> {
  if (!(promise instanceof Promise)) return Promise.resolve(promise);
  return new Promise((resolve, reject) => {
    // One turn more: after a busy while, what has come in time may only now be read.
    const timer = setTimeout(() => setImmediate(() => reject(late())), milliseconds);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
