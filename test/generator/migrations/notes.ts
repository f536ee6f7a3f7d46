// Contracts of notes that differ in what a migration has to make of them.
import type { Document } from '../../../src/contract/document.ts';
import { resourcesOf } from '../../../src/contract/resources/resources.ts';
import type { Resource } from '../../../src/contract/resources/types.ts';

type Property = Record<string, unknown>;

export interface Notes {
  /** The properties of Note, beside those that all have; a `default` is that of NoteCreate. */
  properties: Record<string, Property>;
  /** The parameters of the list. */
  parameters?: object[];
  /** More paths, and the schemas that they need. */
  paths?: object;
  schemas?: object;
  /** Whether these paths stand before those of notes, as `resource add` writes what notes refer to. */
  first?: boolean;
}

export const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
export const json = (schema: object) => ({ content: { 'application/json': { schema } } });

const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

const paging = ['limit', 'offset', 'cursor', 'count'].map((name) => ({ name, in: 'query', schema: {} }));

export function contract({ properties, parameters = [], paths, schemas, first = false }: Notes): Document {
  const without = (...names: string[]) =>
    Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [
        name,
        Object.fromEntries(Object.entries(property).filter(([keyword]) => !names.includes(keyword))),
      ]),
    );
  const required = Object.entries(properties).filter(
    ([, property]) => !isNullable(property) && !('default' in property),
  );
  const document = {
    openapi: '3.1.0',
    info: { title: 'Notes', version: '1.0.0' },
    security: [{ bearerAuth: [] }],
    paths: {
      ...(first && paths),
      '/notes': {
        get: {
          operationId: 'listNotes',
          parameters: [...paging, ...parameters],
          responses: { 200: json({ type: 'array', items: ref('Note') }) },
        },
        post: {
          operationId: 'createNote',
          requestBody: { required: true, ...json(ref('NoteCreate')) },
          responses: { 201: json(ref('Note')) },
        },
      },
      '/notes/{id}': { get: { operationId: 'getNote', responses: { 200: json(ref('Note')) } } },
      ...paths,
    },
    components: {
      responses: {},
      schemas: {
        Note: { type: 'object', properties: { id, user_id: { type: 'string' }, ...without('default') } },
        NoteCreate: {
          type: 'object',
          additionalProperties: false,
          properties: without('x-renamed-from', 'x-unique', 'x-index'),
          required: required.map(([name]) => name),
        },
        ...schemas,
      },
    },
  };
  return JSON.parse(JSON.stringify(document));
}

/** @throws Error when the contract is not as it is meant. */
export function resources(notes: Notes): Resource[] {
  const found = resourcesOf(contract(notes));
  if (found.unmade.length > 0) throw new Error(JSON.stringify(found.unmade));
  return found.resources;
}

/** Folders, to which notes can refer. */
export const folders = {
  paths: { '/folders/{id}': { get: { operationId: 'getFolder', responses: { 200: json(ref('Folder')) } } } },
  schemas: { Folder: { type: 'object', properties: { id, user_id: { type: 'string' } } } },
};

export const text = (maxLength: number) => ({ type: 'string', maxLength });
export const integer = { type: 'integer', minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
export const moment = { type: 'string', format: 'date-time' };
export const nullable = (property: Property) => ({ ...property, type: [property['type'], 'null'] });

function isNullable({ type }: Property): boolean {
  return Array.isArray(type) && type.includes('null');
}
