// Names that a new resource cannot give to what is its own, because something else has them already.
import { keywords } from '../../../database/quoted.ts';

/** The parameters of lists, and `created`, which every list can be sorted by. */
export const reservedParameters = new Set(['limit', 'offset', 'cursor', 'count', 'sort', 'order', 'created', 'q']);

/** What has a class in JavaScript, or in TypeScript a type that handlers are written with: a model of that name would hide it. */
export const reservedResources = new Set(
  `array array_buffer boolean date error function infinity intl iterator json map math number object partial promise proxy reflect
  set string symbol operations`.split(/\s+/),
);

/** Words that would need quotes as the name of a column. And one that is no name in JavaScript. */
export const reservedKeywords = new Set([...keywords, 'constructor']);
