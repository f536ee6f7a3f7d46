// Loaded into a server before it starts (`node --expose-gc --import`): told by a signal, it says how full the heap is.
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  globalThis.gc?.(); // what the first left to finalizers
  process.stderr.write(`heap ${process.memoryUsage().heapUsed}\n`);
});
