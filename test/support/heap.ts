// How much memory is in use: what could be collected is collected first.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The bytes of the heap that something still refers to. */
export function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
