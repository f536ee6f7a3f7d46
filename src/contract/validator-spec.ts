// What express-openapi-validator would make of the contract by itself, made here: it finds its way in fewer forms than a contract has.
import type { Spec } from 'express-openapi-validator/dist/framework/openapi.spec.loader.js';
import type { Contract } from './contract.ts';
import { type Document, methods, resolver } from './document.ts';
import { nodeAt } from './located.ts';
import { withFractionFormats } from './multiple.ts';
import { inForce } from './parameters.ts';
import { stepsOf } from './pointer.ts';
import { withoutExamples } from './values.ts';

/** The document, which the validator changes, and the routes. */
export async function specOf({ document, operations }: Contract): Promise<Spec> {
  const basePath = ''; // The paths of the contract are those of the server, wherever `servers` says that it is reached.
  const routes = operations.map(({ method, path, route, parameters }) => ({
    basePath,
    openApiRoute: path,
    expressRoute: route,
    method: method.toUpperCase(),
    pathParams: parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
  }));
  return {
    apiDoc: withFractionFormats(withOwnParameters(withDirectReferences(document))) as never,
    basePaths: [basePath],
    routes,
    serial: 1,
  };
}

/** A copy in which no reference leads to another one: the validator follows that of a parameter only once. It needs no examples. */
function withDirectReferences(document: Document): Document {
  const targetOf = (reference: string): string => {
    const { $ref, summary, description, ...more } = nodeAt(document, stepsOf(reference));
    // A schema can say more beside its reference; ajv goes by both.
    return typeof $ref === 'string' && Object.keys(more).length === 0 ? targetOf($ref) : reference;
  };
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('$ref' in node && typeof node.$ref === 'string') node.$ref = targetOf(node.$ref);
    Object.values(node).forEach(visit);
  };
  const copy = withoutExamples(document);
  visit(copy);
  return copy;
}

/**
 * All parameters at the operations, none at the paths: of which overrides which the validator knows the name and not the place,
 * and nothing when it is behind a reference.
 */
function withOwnParameters(document: Document): Document {
  const resolve = resolver(document);
  for (const item of Object.values(document.paths)) {
    for (const method of methods) {
      const { [method]: operation } = item;
      if (operation === undefined) continue;
      operation.parameters = inForce([...(item.parameters ?? []), ...(operation.parameters ?? [])], resolve);
    }
    delete item.parameters;
  }
  return document;
}
