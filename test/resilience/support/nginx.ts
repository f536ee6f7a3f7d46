// nginx in front of replicas, as the README has it: a replica that fails is passed over, and no write is sent twice.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderOf, freePort, listens, program, runProgram, user } from './programs.ts';

export interface Nginx<Name extends string> {
  /** Where each group of replicas is reached. */
  urls: Record<Name, string>;
  stop(): Promise<void>;
}

/** Starts it in front of groups of replicas, each at addresses of its own. */
export async function startNginx<Name extends string>(groups: Record<Name, string[]>): Promise<Nginx<Name>> {
  const { folder, remove } = folderOf(user);
  const ports: [Name, number][] = [];
  for (const name of Object.keys(groups) as Name[]) ports.push([name, await freePort()]);
  const config = join(folder, 'nginx.conf');
  writeFileSync(
    config,
    configuration(folder, ports.map(([name, port]) => server(name, port, groups[name])).join('\n')),
  );
  chmodSync(config, 0o644);
  const running = runProgram(program('nginx', 'nginx'), ['-c', config, '-e', join(folder, 'error.log')]);
  for (const [, port] of ports) await listens(port);
  return {
    // One address for each name of the groups.
    urls: Object.fromEntries(ports.map(([name, port]) => [name, `http://127.0.0.1:${port}`])) as Record<Name, string>,
    async stop() {
      await running.stop('SIGTERM');
      remove();
    },
  };
}

/** `non_idempotent` is left out of `proxy_next_upstream`: whether a failed POST or PATCH was done, nginx cannot know. */
function configuration(folder: string, servers: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
worker_processes 1;
pid ${folder}/pid;
events { worker_connections 4096; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  proxy_http_version 1.1;
  proxy_set_header Connection '';
  proxy_set_header Host $host;
  proxy_connect_timeout 1s;
  proxy_next_upstream error timeout;
  ${servers}
}
`;
}

function server(name: string, port: number, urls: string[]): string {
  const replicas = urls.map((url) => `server ${new URL(url).host} max_fails=1 fail_timeout=1s;`).join(' ');
  return `upstream ${name} { ${replicas} }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://${name}; } }`;
}
