import { type Token, tokenError } from './tokens.ts';

/** The arguments of one token, taken one after another; `done` rejects unused arguments. */
export class Arguments {
  readonly #token: Token;
  readonly #left: string[];

  constructor(token: Token) {
    this.#token = token;
    this.#left = [...token.args];
  }

  /** True if the flag was given. */
  flag(name: string): boolean {
    const index = this.#left.indexOf(name);
    if (index === -1) return false;
    this.#left.splice(index, 1);
    return true;
  }

  /** The value of `name=value`. */
  value(name: string): string | undefined {
    const index = this.#left.findIndex(arg => arg.startsWith(`${name}=`));
    return index === -1 ? undefined : this.#left.splice(index, 1)[0]?.slice(name.length + 1);
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!/^\d+$/.test(value)) throw tokenError(this.#token, `${name} is a number, not '${value}'.`);
    return Number(value);
  }

  /** `500ms` or `60s`, in milliseconds. */
  duration(text: string): number {
    const match = /^(\d+)(ms|s)$/.exec(text);
    if (match === null) throw tokenError(this.#token, `a time is written 500ms or 60s, not '${text}'.`);
    return Number(match[1]) * (match[2] === 's' ? 1000 : 1);
  }

  /** The next argument that is not `name=value`. */
  next(): string | undefined {
    const index = this.#left.findIndex(arg => !arg.includes('='));
    return index === -1 ? undefined : this.#left.splice(index, 1)[0];
  }

  required(what: string): string {
    const value = this.next();
    if (value === undefined) throw tokenError(this.#token, `${what} is missing.`);
    return value;
  }

  get isDone(): boolean {
    return this.#left.length === 0;
  }

  done(): void {
    const [first] = this.#left;
    if (first !== undefined) throw tokenError(this.#token, `'${first}' is not understood here.`);
  }
}
