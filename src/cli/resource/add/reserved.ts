// Names that a new resource cannot give to what is its own, because something else has them already.
import { keywords } from '../../../database/quoted.ts';

/** The parameters of lists, and `created`, which every list can be sorted by. */
export const reservedParameters = new Set(['limit', 'offset', 'cursor', 'count', 'sort', 'order', 'created', 'q']);

/** Words that would need quotes as the name of a column. And one that is no name in JavaScript. */
export const reservedKeywords = new Set([...keywords, 'constructor']);
