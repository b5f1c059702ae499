import { safely } from '../guard/failures.ts';
import { replaceMethod } from '../instrument/driver/replace-method.ts';
import { type Call, runCall } from './call.ts';
import { madeAt, noteMade } from './made.ts';

type Method = (this: object, ...args: unknown[]) => unknown;

/** What there is to know of a call from what the method was called on. */
export interface Subject {
  readonly client: Call['client'];
  /** Where the method's own name says nothing. */
  readonly name?: string;
  readonly namespace?: string | undefined;
  /** The session it keeps, if the arguments bring none. */
  readonly session?: unknown;
}

export type SubjectOf = (self: object, args: readonly unknown[], name: string) => Subject;

/** Methods that send something, now or after hooks and validation. */
export function wrapCalls(
  prototype: object,
  names: readonly string[],
  subjectOf: SubjectOf,
  { ofCursor = false, change = unchanged }: WrapOptions = {},
): void {
  /** One method may have two names (`save`, `$save`), and stays one. */
  const wrapped = new Map<Method, Method>();
  for (const name of names) {
    const wrap = (original: Method): Method => {
      return function call(...given) {
        const args = safely(() => change(this, given)) ?? given;
        const what = safely((): Call => {
          return { name, ...subjectOf(this, args, name), below: call, made: madeAt(this), ofCursor };
        });
        const run = () => original.apply(this, args);
        return what === undefined ? run() : runCall(what, run);
      };
    };
    replaceMethod<Method>(prototype, name, original => {
      const known = wrapped.get(original) ?? wrap(original);
      wrapped.set(original, known);
      return known;
    });
  }
}

export interface WrapOptions {
  readonly ofCursor?: boolean;
  /** What the method is called with instead of the user's own arguments. */
  readonly change?: (self: object, args: unknown[]) => unknown[];
}

function unchanged(_self: object, args: unknown[]): unknown[] {
  return args;
}

/** Methods that make something which is sent later: a query, an aggregate. */
export function wrapMakers(prototype: object, names: readonly string[], subjectOf: SubjectOf): void {
  for (const name of names) {
    replaceMethod<Method>(prototype, name, original => {
      return function make(...args) {
        const made = original.apply(this, args);
        noteMade(made, () => ({ below: make, client: subjectOf(this, args, name).client }));
        return made;
      };
    });
  }
}
