import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** No name of one letter is a reserved word: such a name needs no placeholder, which makes the request shorter. */
const plain = /^[a-z]$/;

/** The names and values of an expression, under placeholders: any name is possible, reserved words too. */
export class Expression {
  readonly #names = new Map<string, string>();
  readonly #values: Record<string, AttributeValue> = {};
  #count = 0;

  /** The same name gets the same placeholder. */
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

  /** The parts of a command's input; a part must not be present and empty. */
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
