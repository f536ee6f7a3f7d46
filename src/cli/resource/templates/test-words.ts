// What the parts of a resource's test share: how it speaks of the resource.

export interface Words {
  /** `order item`. */
  one: string;
  /** `an order item`. */
  a: string;
  /** `orderItems`. */
  items: string;
}

/** A line of a test, if there is reason for it. */
export function lineIf(condition: boolean, line: string): string {
  return condition ? `    ${line}\n` : '';
}
