// One request's journey, from top to bottom: who calls, what the contract admits, the handler, the reply.
import express, { type Express, type RequestHandler } from 'express';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { authorize, identify } from './auth/bearer.ts';
import { tokenVerifier } from './auth/token-verifier.ts';
import type { Config } from './config.ts';
import { checkOperations } from './contract/check.ts';
import { byRoute, type Contract, type ContractOperation } from './contract/contract.ts';
import type { Operations } from './contract/operation.ts';
import { createValidator } from './contract/validator.ts';
import { Scope } from './database/scope.ts';
import { createBodyReader } from './http/body.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { idempotently } from './http/idempotency.ts';
import { noSuchPath, otherMethods, problems } from './http/problems.ts';
import type { CountRequest } from './http/rate-limit.ts';
import { admittedRequest, handlerOf, send } from './http/reply.ts';
import { observe } from './http/request-log.ts';
import { onBreach } from './http/response-check.ts';
import { securityHeaders } from './http/security-headers.ts';
import { readQueryString, readTarget } from './http/target.ts';
import type { Service } from './service/service.ts';

export interface AppOptions {
  config: Config;
  db: Knex;
  contract: Contract;
  operations: Operations;
  service: Service;
  log: Logger;
  countRequest: CountRequest;
}

/** @throws Error when the contract is broken, or it and the handlers do not fit together. */
export async function createApp(options: AppOptions): Promise<Express> {
  const { config, contract, operations, service, log } = options;
  checkOperations(contract, operations);
  const journey = await createJourney(options);

  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.set('query parser', readQueryString);
  app.use(observe(log, service.metrics));
  app.use(securityHeaders);
  app.use(readTarget);
  app.use(crossOrigin(config.corsOrigins, contract));
  for (const [path, described] of byRoute(contract)) {
    const route = app.route(path);
    for (const operation of described) route[operation.method](journey(operation));
    route.all(otherMethods(described));
  }
  app.use(noSuchPath);
  app.use(problems(contract, log));
  return app;
}

async function createJourney({ config, db, contract, operations, service, log, countRequest }: AppOptions) {
  const verify = tokenVerifier(config.auth, log);
  const readBody = createBodyReader(config.bodyLimit);
  const validator = await createValidator(contract, onBreach(config, contract, log));

  return (operation: ContractOperation): RequestHandler => {
    const handle = idempotently(operation, handlerOf(operation, operations));

    return async (req, res) => {
      res.locals.operation = operation.id;
      let scope: Scope | Service = service;
      if (operation.secured) {
        const caller = await identify(req, res, verify);
        await countRequest(req, res);
        scope = new Scope({ db, contract, principal: authorize(operation, req, caller) });
      }
      if (operation.hasBody) await readBody(req, res);
      await validator.admit(operation, req, res);
      const answer = await handle(admittedRequest(operation, req), scope);
      send(res, operation, answer);
    };
  };
}
