// Start-up compares the contract with the handlers and the models: what does not fit is named before the first request.
import { existsSync, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import { StoredModel } from '../database/models.ts';
import type { Column, Contract } from './contract.ts';
import type { ContractOperation } from './contract-operation.ts';
import { columnsUsed } from './listing.ts';
import { isCompound, isUnbounded } from './shape.ts';

/** @throws Error naming the operation that has no handler or an impossible list, or the handler that has no operation. */
export function checkOperations({ operations, columns }: Contract, handlers: object): void {
  const owners = new Set(operations.map(({ ownerParameter }) => ownerParameter));
  for (const operation of operations) {
    if (!Object.hasOwn(handlers, operation.id)) fail(operation, 'has no handler in src/operations.ts');
    if (operation.secured !== operation.responses.has(401))
      fail(operation, 'must document 401 if and only if it needs a token');
    const unowned = operation.parameters.find((one) => one.in === 'path' && owners.has(one.name) && !one.owner);
    if (unowned !== undefined)
      fail(operation, `has the parameter ${unowned.name} without x-owner: elsewhere it names the owner`);
    const compound = operation.parameters.find(({ shape }) => isCompound(shape));
    if (compound !== undefined)
      fail(operation, `has the parameter ${compound.name}, which is an array or an object: a parameter has one value`);
    const unbounded = operation.parameters.find(({ shape }) => isUnbounded(shape));
    if (unbounded !== undefined)
      fail(operation, `has the integer parameter ${unbounded.name} without a minimum and a maximum within ±${largest}`);
    checkListing(operation, columns);
  }
  const known = new Set<string>(operations.map(({ id }) => id));
  const stray = Object.keys(handlers).find((id) => !known.has(id));
  if (stray !== undefined) throw new Error(`src/operations.ts: ${stray} is not an operation of openapi.yaml`);
}

const resources = new URL('../resources/', import.meta.url);

/** @throws Error naming a model whose rows have no schema in the contract, as after that was renamed. */
export async function checkModels({ columns }: Contract): Promise<void> {
  for (const folder of existsSync(resources) ? readdirSync(resources) : []) {
    const file = new URL(`${folder}/model${extname(import.meta.url)}`, resources); // the build makes .js of .ts
    if (!existsSync(file)) continue;
    const models = Object.values<unknown>(await import(file.href)).filter(isModel); // loaded already, by the handlers
    const stray = models.find(({ schema }) => columns[schema] === undefined);
    if (stray !== undefined)
      throw new Error(`src/resources/${folder}/model.ts: ${stray.schema} is not a schema of openapi.yaml`);
  }
}

function isModel(exported: unknown): exported is typeof StoredModel {
  return typeof exported === 'function' && exported.prototype instanceof StoredModel;
}

const largest = Number.MAX_SAFE_INTEGER;

/** A list sorts and filters by columns of its rows, and searches in texts alone. */
function checkListing(operation: ContractOperation, columns: Contract['columns']): void {
  const { listed, listing } = operation;
  if (listed === undefined) return;
  const used = columnsUsed(listing);
  const all = Object.values(used).flat();
  const missing = all.find(({ column }) => columns[listed]?.[column] === undefined);
  if (missing !== undefined)
    fail(operation, `sorts, filters or searches by ${missing.column}, which is no property of ${listed}`);
  const other = used.searched.find(({ column }) => !isText(columns[listed]?.[column]));
  if (other !== undefined) fail(operation, `searches by ${other.column}, which is no text`);
}

function isText(column: Column | undefined): boolean {
  return column?.types.includes('string') === true && !column.dateTime;
}

function fail({ method, path, id }: ContractOperation, complaint: string): never {
  throw new Error(`openapi.yaml: ${id} (${method.toUpperCase()} ${path}) ${complaint}`);
}
