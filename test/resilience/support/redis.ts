// A Redis of one's own.
import { freePort, listens, program, runProgram } from './programs.ts';

export async function startRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const running = runProgram(program('redis-server', 'redis-server'), args);
  await listens(port);
  return { url: `redis://127.0.0.1:${port}`, stop: () => running.stop('SIGTERM') };
}
