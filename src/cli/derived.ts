// What is made from the contract alone: the types of the server and of the client, and the client's version.
import openapiTS, { astToString, type OpenAPI3, type OpenAPITSOptions } from 'openapi-typescript';
import { readProblems } from '../contract/contract.ts';
import { type Document, readDocument } from '../contract/document.ts';
import { locate } from '../contract/located.ts';
import { stepsOf } from '../contract/pointer.ts';

const banner = '// Made from openapi.yaml by `npm run generate`. Do not edit.\n\n';

/** The derived files by path. `source` is the contract, `manifest` the client's `package.json` as it is. */
export async function derivedFiles(source: string, manifest: string): Promise<Record<string, string>> {
  const read = () => readDocument<OpenAPI3>(source);
  const client = await types(withHeadersInPlace(read()), { defaultNonNullable: false });
  return {
    'src/generated/server.ts': await types(withDefaultsFilledIn(withHeadersInPlace(read())), {}),
    'client/src/generated/contract.ts': client + problemTypes(readDocument(source)),
    'client/package.json': withVersion(manifest, read()),
  };
}

async function types(document: OpenAPI3, options: OpenAPITSOptions): Promise<string> {
  return banner + astToString(await openapiTS(document, options));
}

/** What types cannot tell the client when it runs: whether a problem is one of the contract's. */
function problemTypes(document: Document): string {
  const known = Object.values(readProblems(document)).map(({ type }) => type);
  return `\n/** The type of each problem that is documented. */\nexport const problemTypes: readonly string[] = ${JSON.stringify(known, null, 4)};\n`;
}

/** The client package has the version of the contract that it was made for; the rest of the file is written by hand. */
function withVersion(manifest: string, { info }: OpenAPI3): string {
  return manifest.replace(/"version": ".*"/, `"version": ${JSON.stringify(info.version)}`);
}

/** What the server's handlers see: after validation a parameter that has a default is always there. */
function withDefaultsFilledIn(document: OpenAPI3): OpenAPI3 {
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('in' in node && 'schema' in node && hasDefault(node.schema)) Object.assign(node, { required: true });
    Object.values(node).forEach(visit);
  };
  visit(document);
  return document;
}

/** openapi-typescript takes a header behind a reference for required; in place it sees whether that is so. */
function withHeadersInPlace(document: OpenAPI3): OpenAPI3 {
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('headers' in node && typeof node.headers === 'object') {
      for (const [name, header] of Object.entries(node.headers ?? {})) {
        // It may be what somebody called a property, too.
        if (isReference(header))
          Object.assign(node.headers ?? {}, { [name]: locate(document, stepsOf(header.$ref))?.value ?? header });
      }
    }
    Object.values(node).forEach(visit);
  };
  visit(document.paths);
  visit(document.components?.responses);
  return document;
}

function isReference(node: unknown): node is { $ref: string } {
  return typeof node === 'object' && node !== null && '$ref' in node && typeof node.$ref === 'string';
}

function hasDefault(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && 'default' in schema;
}
