// The operations of the service itself: no token, no rows.
import type { Operations } from '../contract/operation.ts';
import { Problem } from '../problem.ts';

export const serviceHandlers = {
  getService: ({ reply }, { contract }) =>
    reply(200, {
      name: contract.document.info.title,
      version: contract.document.info.version,
      links: {
        docs: contract.paths.getDocs,
        try: contract.paths.getTryPage,
        contract: contract.paths.getContractYaml,
        health: contract.paths.getHealth,
        ready: contract.paths.getReadiness,
      },
    }),

  getHealth: ({ reply }) => reply(200, { status: 'ok' }),

  getReadiness: async ({ reply }, service) => {
    await service.assertReady();
    return reply(200, { status: 'ok' });
  },

  getMetrics: async ({ reply }, { metrics, metricsHere }) => {
    if (!metricsHere) throw new Problem('NotFound', 'The metrics are on a port of their own.');
    return reply(200, await metrics.text());
  },

  getContractYaml: ({ reply }, { pages }) => reply(200, pages.yaml.bytes, { ETag: pages.yaml.etag }),
  getContractJson: ({ reply }, { pages }) => reply(200, pages.json.text, { ETag: pages.json.etag }),
  getDocs: ({ reply }, { pages }) => reply(200, pages.docs.bytes, pages.docs.headers),
  getTryPage: ({ reply }, { pages }) => reply(200, pages.tryIt.bytes, pages.tryIt.headers),
} satisfies Partial<Operations>;
