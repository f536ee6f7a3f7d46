// Resources that differ in every option of `resource add`, in the order in which they can be added.
import { readFieldFlag } from '../../src/cli/resource/add/field-flag.ts';
import { checkedSpec, readReference, readToggle, type Spec } from '../../src/cli/resource/add/spec.ts';

interface Written {
  fields: string[];
  plural?: string;
  shared?: boolean;
  flat?: boolean;
  toggle?: string;
  parent?: string;
  belongsTo?: string[];
}

/** By name, as a person writes them. */
export const written: Record<string, Written> = {
  note: { fields: ['title:string:required:max=200', 'body:text', 'pinned:bool=false'] },
  // everything that can be searched, some of it unique or filtered by; too short for many a word
  book: {
    fields: [
      'title:string:required:index:search',
      'isbn:string:max=13:unique:search',
      'shelf:string:max=3:search',
      'blurb:text:search',
    ],
  },
  // every type required; lower limits
  measurement: {
    fields: [
      'label:string:required:min=2:max=2',
      'remark:text:required:max=6000',
      'count_of:int:required:min=-5:max=5',
      'weight:float:required:min=0.5',
      'valid:bool:required',
      'taken_at:datetime:required',
    ],
  },
  // every type optional
  wish: {
    fields: ['label:string', 'remark:text:max=300', 'rank:int', 'price:float', 'granted:bool', 'until:datetime'],
  },
  // every type with a default
  setting: {
    fields: [
      'label:string=plain',
      String.raw`hint:text=a\: b`,
      'size:int=0:min=0',
      'ratio:float=-1.5',
      'active:bool=true',
      String.raw`since:datetime=2026-01-01T00\:00\:00Z`,
      'colour:string=red:enum=red|dark green|blue',
    ],
  },
  // everything that can be unique
  voucher: {
    fields: [
      'code:string:required:max=40:unique',
      'number:int:required:unique',
      'seal:string:unique',
      'starts:datetime:unique',
    ],
  },
  // everything that can be indexed, required and not
  shipment: {
    fields: [
      'reference:string:required:max=100:index:unique',
      'place:string:max=400:index',
      'weight:int:required:index',
      'parts:int:index',
      'volume:float:index',
      'sent:datetime:index',
      'due:datetime:required:index',
      'fragile:bool:index',
      'state:string:required:enum=ready|gone:index',
      'carrier:string:enum=a|b|c:index',
    ],
  },
  // a toggle with a verb of its own; two words
  line_item: { fields: ['label:string:required', 'settled:bool=false'], toggle: 'settled=settle' },
  // flat, with a toggle named after its field, and an irregular plural
  person: {
    fields: ['name:string:required:index', 'invited:bool:required'],
    plural: 'people',
    flat: true,
    toggle: 'invited',
  },
  // what generated tests call something else
  value: { fields: ['title:string:required:unique'] },
  // shared
  country: {
    fields: ['code:string:required:max=2:index', 'name:string:required:search', 'area:float', 'open:bool'],
    shared: true,
  },
  // has-many
  conversation: { fields: ['subject:string:required'] },
  message: {
    fields: ['text:text:required', 'read:bool=false', 'position:int:index'],
    parent: 'conversation',
    toggle: 'read',
  },
  // has-many of a flat one, unique
  nickname: { fields: ['word:string:required:max=50:unique:search'], parent: 'person' },
  // belongs to others: nested and flat ones, one that need not be
  booking: {
    fields: ['starts_at:datetime:required:index', 'seats:int=1:min=1:max=9'],
    belongsTo: ['conversation:optional', 'person'],
  },
  // below one and belonging to another
  reply: { fields: ['text:string:required'], parent: 'conversation', belongsTo: ['message:optional'] },
};

export function specOf(name: string): Spec {
  const {
    fields,
    plural,
    shared = false,
    flat = false,
    toggle,
    parent,
    belongsTo = [],
  } = written[name] ?? { fields: [] };
  return checkedSpec({
    name,
    plural,
    shared,
    flat,
    toggle: toggle === undefined ? undefined : readToggle(toggle),
    parent,
    belongsTo: belongsTo.map(readReference),
    fields: fields.map(readFieldFlag),
  });
}

/** The arguments of `resource add` that say the same. */
export function argumentsOf(name: string): string[] {
  const { fields, plural, shared, flat, toggle, parent, belongsTo = [] } = written[name] ?? { fields: [] };
  const option = (flag: string, value: string | undefined) => (value === undefined ? [] : [flag, value]);
  return [
    name,
    ...option('--plural', plural),
    ...(shared ? ['--shared'] : []),
    ...(flat ? ['--flat'] : []),
    ...option('--toggle', toggle),
    ...option('--parent', parent),
    ...belongsTo.flatMap((resource) => ['--belongs-to', resource]),
    ...fields.flatMap((field) => ['--field', field]),
  ];
}
