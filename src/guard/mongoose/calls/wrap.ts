import { safely } from '../../../platform/failures.ts';
import { replaceMethod } from '../../driver/copies/replace-method.ts';
import { type Call, runCall } from './call.ts';
import { madeAt, noteMade } from './call-site.ts';

type Method = (this: object, ...args: unknown[]) => unknown;

/** The facts of a call that come from the object on which the method was called. One shape for all: every call makes one. */
export interface Subject {
  readonly client: Call['client'];
  /** Set if the method's own name says nothing. */
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  /** The session of the object, if the arguments have none. */
  readonly session: unknown;
}

export type SubjectOf = (self: object, args: readonly unknown[], name: string) => Subject;

/** Wraps methods that send operations, now or after hooks and validation. */
export function wrapCalls(
  prototype: object,
  names: readonly string[],
  subjectOf: SubjectOf,
  { ofCursor = false, change = unchanged }: WrapOptions = {},
): void {
  /** One method may have two names (`save`, `$save`): both get the same wrapper. */
  const wrapped = new Map<Method, Method>();
  for (const name of names) {
    const wrap = (original: Method): Method => {
      return function call(...given) {
        const subject = safely(() => subjectOf(this, given, name));
        if (subject === undefined) return original.apply(this, given);
        const args = safely(() => change(this, given, subject)) ?? given;
        const run = () => original.apply(this, args);
        const what = safely((): Call => {
          const now = args === given ? subject : subjectOf(this, args, name);
          const { client, namespace, session } = now;
          const named = now.name ?? name;
          return { name: named, client, namespace, session, below: call, made: madeAt(this), ofCursor };
        });
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
  /** Returns the arguments for the method: the user's own array, or another one. */
  readonly change?: (self: object, args: unknown[], subject: Subject) => unknown[];
}

function unchanged(_self: object, args: unknown[]): unknown[] {
  return args;
}

/** Wraps methods that create an object which is sent later: a query, an aggregate. */
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

const observed = Symbol.for('session-guard.observed');

/** @returns false if the prototype has been claimed before */
export function claim(prototype: object): boolean {
  if (Object.hasOwn(prototype, observed)) return false;
  Object.defineProperty(prototype, observed, { value: true });
  return true;
}
