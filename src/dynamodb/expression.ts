import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** No word of one letter is reserved: such a name may stand for itself, which is less to send and to take apart. */
const plain = /^[a-z]$/;

/** The names and values of an expression, under placeholders: any name is possible, reserved words too. */
export class Expression {
  readonly #names = new Map<string, string>();
  readonly #values: Record<string, AttributeValue> = {};
  #count = 0;

  /** The same name has one placeholder. */
  name(name: string): string {
    if (plain.test(name)) return name;
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const placeholder = `#${this.#names.size}`;
    this.#names.set(name, placeholder);
    return placeholder;
  }

  value(value: AttributeValue): string {
    const placeholder = `:${this.#count}`;
    this.#count += 1;
    this.#values[placeholder] = value;
    return placeholder;
  }

  /** The parts of a command's input; none of them may be there and empty. */
  get parts(): {
    readonly ExpressionAttributeNames?: Record<string, string>;
    readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
  } {
    const names = Object.fromEntries([...this.#names].map(([name, placeholder]) => [placeholder, name]));
    return {
      ...(this.#names.size > 0 && { ExpressionAttributeNames: names }),
      ...(this.#count > 0 && { ExpressionAttributeValues: this.#values }),
    };
  }
}
