// The addresses that an answer names: the item that was created, and the next page (RFC 8288).

/** Where an item is, by the address of its collection. `url` of a request is that only where it creates an item there. */
export function itemAddress(collectionUrl: string, id: number): string {
  return `${encoded(split(collectionUrl).path)}/${id}`;
}

/** `url` is the path and query of this page; the link keeps the caller's filters and replaces the position. */
export function pageHeaders(url: string, { next, total }: { next: string | undefined; total: number | undefined }) {
  return {
    ...(next !== undefined && { Link: `<${nextUrl(url, next)}>; rel="next"` }),
    ...(total !== undefined && { 'X-Total-Count': total }),
  };
}

function nextUrl(url: string, cursor: string): string {
  const { path, query } = split(url);
  const parameters = new URLSearchParams(query);
  parameters.delete('offset');
  parameters.set('cursor', cursor);
  return `${encoded(path)}?${parameters}`;
}

/** What callers may send as it is, and what has no place in an address (RFC 3986, appendix A). */
function encoded(path: string): string {
  return path.replace(/["<>\\^`{|}]/g, encodeURIComponent);
}

/** At the first question mark: a query may hold others (RFC 3986, section 3.4). */
function split(url: string): { path: string; query: string } {
  const [path = '', ...query] = url.split('?');
  return { path, query: query.join('?') };
}
