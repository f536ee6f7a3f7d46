// Which paths of a contract belong together: those of one resource, with the operations that stand there.
import { type Document, methods } from '../document.ts';
import { locate } from '../located.ts';
import { type DescribedOperation, describe } from './roles.ts';

/** The paths of a resource: that of all its items, that of one, and those of what can be done with one. */
export interface Family {
  collection: string;
  /** Undefined: there is none. */
  item: string | undefined;
  operations: DescribedOperation[];
}

/** The operations of a contract by the collection that they are about. */
export function familiesOf(document: Document): Family[] {
  const paths = Object.keys(document.paths ?? {});
  const items = new Map(paths.filter(isItem).map((path) => [parentPath(path), path]));
  const families = new Map<string, Family>();
  for (const path of paths) {
    const collection = collectionOf(path, items);
    const family = families.get(collection) ?? { collection, item: items.get(collection), operations: [] };
    families.set(collection, family);
    const place = path === collection ? 'collection' : path === family.item ? 'item' : 'action';
    for (const method of methods) {
      const at = ['paths', path, method];
      if (locate(document, at) !== undefined) family.operations.push(describe(document, at, place, { path, method }));
    }
  }
  return [...families.values()];
}

/** `/notes` for `/notes`, `/notes/{id}` and `/notes/{id}/archive`; a path below an item that has items is a collection itself. */
function collectionOf(path: string, items: Map<string, string>): string {
  if (isItem(path)) return parentPath(path);
  const above = parentPath(path);
  const isAction = items.get(parentPath(above)) === above && !items.has(path);
  return isAction ? parentPath(above) : path;
}

function isItem(path: string): boolean {
  return /[^/{}]\/\{[^/{}]+\}$/.test(path);
}

function parentPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
