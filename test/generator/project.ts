// A copy of this project to type commands in.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export class Project {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  read(file: string): Promise<string> {
    return readFile(join(this.folder, file), 'utf8');
  }

  /** Runs a command; of this process's settings it gets the way to programs, and those in `settings`. */
  run(command: string, args: string[], settings: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...settings };
    return new Promise((done, failed) => {
      const child = spawn(command, args, { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const said = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const) {
        child[stream].setEncoding('utf8').on('data', (text) => {
          said[stream] += text;
        });
      }
      child.once('error', failed).once('close', (code) => done({ code, ...said }));
    });
  }

  /** `npm run resource …`, without npm around it. */
  resource(...args: string[]): Promise<Outcome> {
    return this.run(process.execPath, ['--import', 'tsx', 'src/cli/resource.ts', ...args]);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

export async function copyProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'deed-project-'));
  const left = new Set(['node_modules', '.git', '.data', 'dist', 'coverage'].map((name) => resolve(name)));
  await cp('.', folder, { recursive: true, filter: (path) => !left.has(resolve(path)) });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  return new Project(folder);
}
