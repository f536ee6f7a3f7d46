// Does what a Dockerfile says, in a folder and without Docker: as much of the format as the project's own uses.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Image {
  /** What is `WORKDIR` in the container. */
  folder: string;
  env: Record<string, string>;
  user: { uid: number; gid: number } | undefined;
  command: string[];
  healthcheck: string[];
}

interface Stage extends Image {
  root: string;
}

/** Builds the image of the Dockerfile in `context`, in the empty folder `into`. @throws Error when a step fails. */
export function buildImage(context: string, into: string): Image {
  const sent = sendContext(context, join(into, 'context'));
  const stages: Record<string, Stage> = {};
  let stage: Stage | undefined;
  for (const [instruction, rest] of instructions(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    if (instruction === 'FROM') {
      const [, name = 'last'] = / AS (\w+)$/i.exec(rest) ?? [];
      const root = join(into, name);
      stage = { root, folder: root, env: {}, user: undefined, command: [], healthcheck: [] };
      stages[name] = stage;
      mkdirSync(root);
    } else if (stage === undefined) throw new Error(`${instruction} before FROM`);
    else follow(stage, instruction, rest, (from) => (from === undefined ? sent : (stages[from]?.root ?? '')));
  }
  if (stage === undefined) throw new Error('no FROM');
  return stage;
}

/** `[instruction, the rest]` of each line; comments left out, continued lines joined. */
function instructions(dockerfile: string): [string, string][] {
  const lines = dockerfile
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => {
    const [, instruction = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    return [instruction, rest];
  });
}

function follow(stage: Stage, instruction: string, rest: string, source: (from?: string) => string): void {
  const json = () => JSON.parse(rest.slice(rest.indexOf('[')));
  if (instruction === 'WORKDIR') {
    stage.folder = join(stage.root, rest);
    mkdirSync(stage.folder, { recursive: true });
  } else if (instruction === 'COPY') copy(stage, rest, source);
  else if (instruction === 'RUN') sh(rest, stage);
  else if (instruction === 'ENV') stage.env = { ...stage.env, ...Object.fromEntries([rest.split('=')]) };
  else if (instruction === 'USER') {
    const [uid, gid] = rest.split(':').map(Number);
    stage.user = { uid: Number(uid), gid: Number(gid) };
  } else if (instruction === 'HEALTHCHECK') stage.healthcheck = json();
  else if (instruction === 'CMD') stage.command = json();
  else if (instruction !== 'EXPOSE') throw new Error(`what ${instruction} does is not known here`);
}

function copy({ folder }: Stage, rest: string, source: (from?: string) => string): void {
  const [, from, files = ''] = /^(?:--from=(\w+) )?(.*)$/.exec(rest) ?? [];
  const paths = files.split(' ');
  const target = join(folder, paths.pop() ?? '');
  for (const path of paths.map((name) => join(source(from), name))) {
    // A folder's content goes into the target, a file goes there itself.
    const isFolder = statSync(path).isDirectory();
    mkdirSync(target, { recursive: true });
    execFileSync('cp', ['-a', isFolder ? `${path}/.` : path, target]);
  }
}

function sh(command: string, { folder, env }: Stage): void {
  const { PATH, HOME } = process.env;
  execFileSync('sh', ['-ec', command], {
    cwd: folder,
    env: { PATH, HOME, ...env } as NodeJS.ProcessEnv,
    stdio: 'pipe',
  });
}

/** Copies what .dockerignore lets through: it leaves out everything, then names what is sent, then parts of that that are not. */
function sendContext(context: string, into: string): string {
  const lines = readFileSync(join(context, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => /^[^#]/.test(line));
  if (lines[0] !== '*') throw new Error('.dockerignore has to begin with *');
  mkdirSync(into);
  for (const line of lines.slice(1)) {
    if (line.startsWith('!')) execFileSync('cp', ['-a', join(context, line.slice(1)), into]);
    else execFileSync('rm', ['-rf', join(into, line)]);
  }
  return into;
}
