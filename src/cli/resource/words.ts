// What a resource is called: in comments, in code and as a folder.
import type { Resource } from '../../contract/resources/types.ts';

/** `order item` for the schema `OrderItem`. */
export function wordsOf({ schema }: Pick<Resource, 'schema'>): string {
  return schema.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase();
}

/** `order items` for the path `…/order-items`. */
export function pluralWordsOf({ plural }: Pick<Resource, 'plural'>): string {
  return plural.replace(/[-_.]/g, ' ').toLowerCase();
}

/** `order-items`: the folder of the handlers for the path `…/order-items` or `…/order_items`. */
export function folderOf({ plural }: Pick<Resource, 'plural'>): string {
  return plural.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase();
}

/** `an order item`. */
export function withArticle(words: string): string {
  return `${/^([aeio]|u(?!ni|s[ae]))/.test(words) ? 'an' : 'a'} ${words}`;
}

export function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `orderItems` for `order items`. */
export function camel(words: string): string {
  const [first = '', ...others] = words.split(' ');
  return first + others.map(capitalised).join('');
}

/** `due date` for the property `due_date`. */
export function spaced(name: string): string {
  return name.replaceAll('_', ' ');
}

/** The constant that holds the handlers of a folder: that of `notes` is `noteHandlers` for the resource, and `notesHandlers` without one. */
export function handlersName(folder: string, resource: Pick<Resource, 'singular'> | undefined): string {
  const name = resource?.singular ?? camel(pluralWordsOf({ plural: folder }));
  return `${name.replace(/^(?=\d)/, '_')}Handlers`;
}

/** A header as the contract spells it, if it is among these; the letter case means nothing (RFC 9110, section 5.1). */
export function headerAmong(names: string[], header: string): string | undefined {
  return names.find((name) => name.toLowerCase() === header.toLowerCase());
}
