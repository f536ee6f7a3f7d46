// Reads a field of a new resource as a person wrote it, and says why it is refused when it makes no sense.
import { longestKey } from '../../../contract/resources/fields.ts';
import { numberOf, readDefault, readEnum } from './field-values.ts';
import { type FieldType, fieldTypes, type NewField, type Word, type WrittenField } from './new-field.ts';

/** A string without `max` has this one. */
const shortText = 200;
/** No string has more: what is longer is a text. */
const longestString = 5_000;
/** A text without `max` has this one, and no text has more: all in escapes, at 12 bytes each, it fits into a body of 100 kB. */
const longestText = 8_000;

const flags = ['required', 'unique', 'index', 'search'];
const settings = ['min', 'max', 'default', 'enum'];
const fieldOptions = [...flags, ...settings];

/** @throws UsageError through the word that cannot be. */
export function readField({ name, type, options }: WrittenField): NewField {
  const known = fieldTypes.find((candidate) => candidate === type.text);
  if (known === undefined) return type.refuse(`unknown type "${type.text}"; the types are ${fieldTypes.join(', ')}`);
  for (const [option, word] of options) checkOption(option, word, known);
  const isText = known === 'string' || known === 'text';
  const values = options.get('enum');
  const field: NewField = {
    name: name.text,
    type: known,
    required: options.has('required'),
    min: numberOf(options.get('min'), isText ? 'int' : known),
    max: numberOf(options.get('max'), isText ? 'int' : known),
    default: undefined,
    enum: values && readEnum(values),
    unique: options.has('unique'),
    index: options.has('index'),
    search: options.has('search'),
    references: undefined,
  };
  if (isText && field.enum === undefined) field.max ??= known === 'text' ? longestText : shortText;
  checkLimits(field, options);
  checkIndex(field, options);
  const value = options.get('default');
  if (value !== undefined) field.default = readDefault(value, field);
  return field;
}

function checkOption(option: string, word: Word, type: FieldType): void {
  if (!fieldOptions.includes(option)) {
    word.refuse(
      `unknown option "${option}"; the options are ${[...flags, ...settings.map((s) => `${s}=`)].join(', ')}`,
    );
  }
  if (flags.includes(option) && word.text !== '') word.refuse(`${option} takes no value`);
  if (settings.includes(option) && option !== 'default' && word.text === '') word.refuse(`${option}= needs a value`);
  const limited = type !== 'bool' && type !== 'datetime';
  if ((option === 'min' || option === 'max') && !limited) word.refuse(`a ${type} has no ${option}`);
  if (option === 'enum' && type !== 'string') word.refuse(`only a string can have enum=, not a ${type}`);
  if (option === 'search' && type !== 'string' && type !== 'text')
    word.refuse('only a string or a text can be searched');
}

function checkLimits({ type, min, max, required, enum: values }: NewField, options: Map<string, Word>): void {
  const [least, most, fallback] = [options.get('min'), options.get('max'), options.get('default')];
  if (values !== undefined) (least ?? most)?.refuse('the values of enum= are limit enough');
  if (values !== undefined) options.get('search')?.refuse('the values of enum= are few: index makes a filter of them');
  if (type === 'string' || type === 'text') {
    const longest = type === 'string' ? longestString : longestText;
    if (max !== undefined && (max < 1 || max > longest))
      most?.refuse(`the length of a ${type} is from 1 to ${longest}`);
    if (min !== undefined && min < 0) least?.refuse('a length is not negative');
  }
  if (min !== undefined && max !== undefined && min > max) (least ?? most)?.refuse(`min=${min} is over max=${max}`);
  if (required) fallback?.refuse('a required field is always sent: it has no use for a default');
}

function checkIndex({ type, max = 0, enum: values }: NewField, options: Map<string, Word>): void {
  if (type === 'bool') options.get('unique')?.refuse('a unique bool would allow two rows');
  if (values !== undefined) options.get('unique')?.refuse(`a unique enum would allow ${values.length} rows`);
  if (options.has('unique')) options.get('default')?.refuse('of what is unique one row alone could have the default');
  for (const option of ['unique', 'index']) {
    if (type === 'text') options.get(option)?.refuse(`a text is too long for ${option}: make it a string`);
    if (type === 'string' && values === undefined && max > longestKey) {
      options.get(option)?.refuse(`${option} is for strings of at most ${longestKey} characters: say max=`);
    }
  }
}
