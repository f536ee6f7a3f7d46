// The page to read: the contract as Redoc renders it, served at /docs and written to a file by `npm run docs`.
import type { Contract } from '../contract/contract.ts';
import { makePage, type Page, packaged } from './page.ts';

/** The documentation as one self-contained page. */
export function docsPage({ document }: Contract): Page {
  // The logo that Redoc fetches from its vendor; the page asks nobody for anything.
  const redoc = packaged('redoc/bundles/redoc.standalone.js').replace(
    /https:\/\/cdn\.redoc\.ly\/[\w./-]+/g,
    'data:image/svg+xml,',
  );
  const start = `Redoc.init(${JSON.stringify(document)}, ${JSON.stringify(options)}, document.getElementById('docs'), ${scrollToRow});`;
  return makePage({
    title: document.info.title,
    root: 'docs',
    styles: [styles],
    scripts: [redoc, start],
    policies: ['worker-src blob:'], // the search runs in one
  });
}

const options = {
  expandResponses: '200,201',
  theme: {
    // The fonts that Redoc names would have to come from elsewhere.
    typography: {
      fontFamily: 'system-ui, sans-serif',
      headings: { fontFamily: 'system-ui, sans-serif' },
      code: { fontFamily: 'ui-monospace, monospace' },
    },
    spacing: { sectionHorizontal: 24, sectionVertical: 24 },
  },
};

/**
 * The type of a problem is the address of its row in the table of errors, which is there only when Redoc is done. The
 * addresses of sections are left to Redoc.
 */
const scrollToRow =
  '() => document.getElementById(location.hash.slice(1))?.closest("tr")?.scrollIntoView({ block: "center" })';

/** In the table of errors a type stays in one piece; on a phone, what it means stands below it. */
const styles = `
.redoc-markdown td code { white-space: nowrap }
@media (max-width: 50rem) {
  .redoc-markdown thead { display: none }
  #docs .redoc-markdown td { display: inline-block; border: 0 }
  #docs .redoc-markdown td:last-child { display: block; padding-top: 0 }
}`;
