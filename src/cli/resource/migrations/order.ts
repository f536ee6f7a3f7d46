// The order of new migrations: after those that are there, and what is referred to before what refers to it.
import type { Resource } from '../../../contract/resources/types.ts';

/** The resources in an order in which each comes after those that it refers to. No two refer to each other. */
export function inOrder(resources: Resource[]): Resource[] {
  const ordered: Resource[] = [];
  const visit = (resource: Resource): void => {
    if (ordered.includes(resource)) return;
    for (const schema of referredTo(resource)) {
      const target = resources.find((one) => one.schema === schema);
      if (target !== undefined && target !== resource) visit(target);
    }
    ordered.push(resource);
  };
  resources.forEach(visit);
  return ordered;
}

/** The schemas of the resources that this one is part of or refers to. */
function referredTo({ parent, fields }: Resource): string[] {
  return [...(parent === undefined ? [] : [parent.schema]), ...fields.flatMap(({ references }) => references ?? [])];
}

/** The stamps of migrations that come after these: of this moment, if that is later. */
export function stampsAfter(paths: string[], now: Date): (index: number) => number {
  const last = Math.max(0, ...paths.map((path) => Number(/(\d+)_/.exec(path)?.[1] ?? 0)));
  const first = Math.max(last + 1, Number(now.toISOString().replace(/\D/g, '').slice(0, 14)));
  return (index) => first + index;
}
