// One request's journey, from top to bottom: who calls, what the contract admits, the handler, the reply.
import express, { type Express, type RequestHandler } from 'express';
import type { Knex } from 'knex';
import type { Logger } from 'pino';
import { authorize, identify } from './auth/bearer.ts';
import { tokenVerifier } from './auth/token-verifier.ts';
import type { Config } from './config.ts';
import { checkModels, checkOperations } from './contract/check.ts';
import { byRoute, type Contract } from './contract/contract.ts';
import type { ContractOperation } from './contract/contract-operation.ts';
import type { Operations } from './contract/operation.ts';
import type { ValidatorOf } from './contract/validator.ts';
import { Scope } from './database/scope.ts';
import { Statements } from './database/statements.ts';
import { Turns } from './database/turns.ts';
import { createBodyReader } from './http/body.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { withDeadline } from './http/deadline.ts';
import { idempotencyKey, idempotently, saidUnderKey } from './http/idempotency.ts';
import { noSuchPath, otherMethods, problems } from './http/problems.ts';
import type { RateLimit } from './http/rate-limit.ts';
import { admittedRequest, handlerOf, send } from './http/reply.ts';
import { observe } from './http/request-log.ts';
import { replyCheck } from './http/response-check.ts';
import { readTarget } from './http/target.ts';
import type { Service } from './service/service.ts';
import type { Tracing } from './tracing/tracing.ts';

interface AppOptions {
  config: Config;
  db: Knex;
  contract: Contract;
  validatorOf: ValidatorOf;
  operations: Operations;
  service: Service;
  log: Logger;
  countRequest: RateLimit['count'];
  /** Undefined: requests are not traced. */
  tracing: Tracing | undefined;
}

/** @throws Error when the contract is broken, or it and the handlers do not fit together. */
export async function createApp(options: AppOptions): Promise<Express> {
  const { config, contract, operations, service, log, tracing } = options;
  checkOperations(contract, operations);
  await checkModels(contract);
  const journey = await createJourney(options);

  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.set('query parser', false).set('trust proxy', config.trustedProxies);
  if (tracing !== undefined) app.use(tracing.request);
  app.use(observe(log, service.metrics));
  app.use(readTarget);
  app.use(crossOrigin(config.corsOrigins, contract));
  for (const [path, described] of byRoute(contract)) {
    const route = app.route(path);
    for (const operation of described) route[operation.method](await journey(operation));
    route.all(otherMethods(described));
  }
  app.use(noSuchPath);
  app.use(problems(contract, log));
  return app;
}

async function createJourney(options: AppOptions) {
  const { config, db, contract, validatorOf, operations, service, log, countRequest } = options;
  const verify = await tokenVerifier(config.auth, log);
  const statements = new Statements();
  const turns = new Turns();
  const readBody = createBodyReader(config.bodyLimit);

  return async (operation: ContractOperation): Promise<RequestHandler> => {
    const handle = withDeadline(operation, idempotently(handlerOf(operation, operations)));
    const validator = await validatorOf(operation);
    const checkReply = replyCheck(operation, validator, config, log);

    return async (req, res) => {
      const { originalUrl: url, headers } = req;
      const params = req.params as Record<string, string>; // only wildcards have arrays, and routes have none
      res.locals.operation = operation.id;
      let context: Scope | Service = service;
      if (operation.secured) {
        const caller = await identify(req, res, verify); // or why there is none: refusals are counted, too
        await countRequest(req, res);
        const principal = authorize(operation, params, caller);
        context = new Scope({ db, statements, turns, contract, operation, principal });
      }
      const body = operation.body === 'none' ? undefined : await readBody(operation, req, res);
      const request = { url, params, headers, body };
      const said = saidUnderKey(operation, request); // before the contract fills in its defaults
      const admitted = await validator.admit(request);
      const key = idempotencyKey(operation, admitted, said);
      const answer = await handle(admittedRequest(operation, admitted, url), context, key);
      checkReply(answer, res.locals.requestId);
      send(req, res, operation, answer);
    };
  };
}
