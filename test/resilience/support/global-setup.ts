// Starts the PostgreSQL that most of these tests share, and makes the migrated database that servers may start from.
import type { TestProject } from 'vitest/node';
import makeTemplate from '../../support/global-setup.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the shared PostgreSQL. Nobody stops it. */
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startPostgres();
  process.env['DATABASE_URL'] = postgres.url;
  project.provide('postgresUrl', postgres.url);
  const removeTemplate = await makeTemplate(project);
  return async () => {
    await removeTemplate();
    await postgres.remove();
  };
}
