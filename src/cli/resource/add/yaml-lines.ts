// Writes a value as lines of YAML in the manner of openapi.yaml: quotes, flow lists and long texts as they stand there.
import { Document, isScalar, Scalar, visit } from 'yaml';

const widest = 110;

/** The lines of a value; `step` is the width of one level of indentation. */
export function yamlLines(value: object, step: number): string[] {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Seq: (_key, list) => {
      if (list.items.length > 0 && list.items.every(isScalar)) list.flow = true;
    },
    Scalar: (key, scalar) => {
      if (typeof scalar.value === 'string' && key !== 'key') format(scalar, scalar.value);
    },
  });
  const text = document.toString({ indent: step, lineWidth: 0, flowCollectionPadding: false });
  return text.trimEnd().split('\n');
}

function format(scalar: Scalar, text: string): void {
  if (text.length > widest && text.includes(' ')) {
    scalar.value = `${wrapped(text)}\n`;
    scalar.type = Scalar.BLOCK_LITERAL;
  } else if (text.includes('\\')) {
    scalar.type = Scalar.QUOTE_SINGLE;
  } else if (isAnotherTypeElsewhere(text)) {
    scalar.type = Scalar.QUOTE_DOUBLE;
  }
}

/** YAML 1.1 takes these for moments and truth values, and some tools still read that. */
function isAnotherTypeElsewhere(text: string): boolean {
  return /^(\d{4}-\d\d-\d\d.*|y|yes|n|no|on|off)$/i.test(text);
}

function wrapped(text: string): string {
  return text.split(' ').reduce((lines, word) => {
    const line = lines.length - lines.lastIndexOf('\n') - 1;
    return `${lines}${line + 1 + word.length > widest ? '\n' : ' '}${word}`;
  });
}
