// The contract to read: as written, as JSON, as a page (Redoc), and as a page to try it on (Swagger UI).
import type { Contract } from '../contract/contract.ts';
import { JsonText } from '../contract/json-text.ts';
import { textTag } from '../http/entity-tag.ts';
import { docsPage } from './docs-page.ts';
import type { Page } from './page.ts';
import { tryPage } from './try-page.ts';

export interface Pages {
  yaml: { bytes: Buffer; etag: string };
  json: { text: JsonText<Contract['document']>; etag: string };
  readonly docs: Page;
  readonly tryIt: Page;
}

export function createPages(contract: Contract): Pages {
  const etag = textTag(contract.text);
  // Made when somebody first asks: reading and hashing megabytes has no place in the start of a replica.
  const docs = lazy(() => docsPage(contract));
  const tryIt = lazy(() => tryPage(contract));
  return {
    yaml: { bytes: Buffer.from(contract.text), etag },
    json: { text: new JsonText(JSON.stringify(contract.document)), etag },
    get docs() {
      return docs();
    },
    get tryIt() {
      return tryIt();
    },
  };
}

function lazy<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
