// What stands beside the server for its operator fits it: addresses, ports, settings, secrets and scripts that are named exist.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { loadContract } from '../src/contract/contract.ts';

const readme = readFileSync('README.md', 'utf8');
const settings = new Set(
  readme.slice(readme.indexOf('## Settings'), readme.indexOf('## Tokens')).match(/(?<=`)[A-Z][A-Z_]+(?=`)/g),
);
const { paths } = loadContract();

describe('kubernetes.yaml', () => {
  const source = readFileSync('deploy/kubernetes.yaml', 'utf8');
  const [deployment, service, budget] = parseAllDocuments(source, { strict: true }).map((part) => part.toJS());
  const pod = deployment.spec.template.spec;
  const [server] = pod.containers;
  const all = [...pod.initContainers, ...pod.containers];

  it('names addresses and ports that the server has', () => {
    const probes = [server.startupProbe, server.readinessProbe, server.livenessProbe];
    expect(probes.map(({ httpGet }) => httpGet.path)).toEqual([
      paths.getReadiness,
      paths.getReadiness,
      paths.getHealth,
    ]);
    const ports = new Map(
      server.ports.map((port: { name: string; containerPort: number }) => [port.name, port.containerPort]),
    );
    for (const { httpGet } of probes) expect(ports.get(httpGet.port)).toBe(8000);
    expect(ports.get(service.spec.ports[0].targetPort)).toBe(8000);
    const metricsPort = server.env.find(({ name }: { name: string }) => name === 'METRICS_PORT').value;
    const { annotations } = deployment.spec.template.metadata;
    expect([metricsPort, annotations['prometheus.io/port']]).toEqual(['9000', String(ports.get('metrics'))]);
    expect(annotations['prometheus.io/path']).toBe(paths.getMetrics);
  });

  it('names settings that there are, and secrets that its first lines make', () => {
    for (const { name, valueFrom } of all.flatMap(({ env }) => env)) {
      expect(settings).toContain(name);
      if (valueFrom !== undefined) expect(source).toContain(`--from-literal=${valueFrom.secretKeyRef.key}=`);
    }
  });

  it('runs replicas that may do little, and lets them end in peace', () => {
    expect(deployment.spec.replicas).toBeGreaterThan(1);
    expect(budget.spec.minAvailable).toBeLessThan(deployment.spec.replicas);
    expect(pod.securityContext.runAsNonRoot).toBe(true);
    for (const { securityContext, resources } of all) {
      expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
      expect(resources.limits.memory).toBeDefined();
    }
    const [, sleep] = server.lifecycle.preStop.exec.command;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(Number(sleep) + 10);
  });

  it('selects its own pods', () => {
    const { labels } = deployment.spec.template.metadata;
    for (const selector of [
      deployment.spec.selector.matchLabels,
      service.spec.selector,
      budget.spec.selector.matchLabels,
    ]) {
      expect(labels).toMatchObject(selector);
    }
  });
});

describe('compose.yaml', () => {
  const { services, volumes } = parse(readFileSync('compose.yaml', 'utf8'), { strict: true });

  it('names settings that there are, and services and volumes of its own', () => {
    const { environment, depends_on, ports } = services.deed;
    for (const name of Object.keys(environment)) expect(settings).toContain(name);
    for (const name of ['DATABASE_URL', 'REDIS_URL']) {
      const address = environment[name].replace(/\$\{[^}]*\}/g, 'x');
      expect(Object.keys(services)).toContain(new URL(address).hostname);
    }
    for (const [name, { condition }] of Object.entries<{ condition: string }>(depends_on)) {
      expect(condition).toBe('service_healthy');
      expect(services[name].healthcheck.test[0]).toBe('CMD');
    }
    expect(ports).toEqual(['8000:8000']);
    for (const volume of services.postgres.volumes) expect(volumes).toHaveProperty(volume.split(':')[0]);
  });
});

describe.each(readdirSync('deploy').filter((file) => file.endsWith('.md')))('%s', (file) => {
  const page = readFileSync(join('deploy', file), 'utf8');
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

  it('is to be found from the README', () => {
    expect(readme).toContain(`(deploy/${file})`);
  });

  it('names scripts, files and settings that there are', () => {
    for (const [, script] of page.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([String(script)]);
    for (const [, link] of page.matchAll(/\]\(([^)]+)\)/g)) expect(existsSync(join('deploy', String(link)))).toBe(true);
    for (const [, path] of page.matchAll(/`(test\/[\w./]+)`/g)) expect(existsSync(String(path))).toBe(true);
    for (const [, source] of page.matchAll(/node dist\/(src\/[\w/]+)\.js/g))
      expect(existsSync(`${source}.ts`)).toBe(true);
    const named = [...page.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, name]) => String(name));
    for (const name of named) expect(settings).toContain(name);
  });
});
