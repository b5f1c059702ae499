import { safely } from '../guard/failures.ts';
import { replaceMethod } from '../instrument/driver/replace-method.ts';
import { currentScope, outsideScopes, runInScope } from '../scope/async-scope.ts';
import { type Call, runCall } from './call.ts';
import { claim } from './claim.ts';
import { madeAt, noteMade } from './made.ts';
import { subjects } from './subjects.ts';
import { type SubjectOf, wrapCalls } from './wrap.ts';

type Method = (this: object, ...args: unknown[]) => unknown;

/**
 * The cursors that a query or an aggregate makes. They run hooks at once, and send their first command from there; mongoose
 * exports their classes nowhere, but the first cursor of each kind leads to its class.
 */
export function observeCursorsOf(prototype: object, makerOf: SubjectOf): void {
  replaceMethod<Method>(prototype, 'cursor', original => {
    return function cursor(...args) {
      const call = safely((): Call => {
        const { client, namespace } = makerOf(this, args, 'cursor');
        return { name: 'cursor', below: cursor, client, namespace, made: madeAt(this), ofCursor: true };
      });
      const make = () => original.apply(this, args);
      if (call === undefined) return make();
      const made = runCall(call, make);
      noteMade(made, () => call);
      if (typeof made === 'object' && made !== null) observeClass(Object.getPrototypeOf(made));
      return made;
    };
  });
}

function observeClass(prototype: object): void {
  if (!claim(prototype)) return;
  wrapCalls(prototype, ['next', '_read'], subjects.cursor, { ofCursor: true });
  wrapCalls(prototype, ['close', '_destroy'], subjects.cursor);
  wrapCalls(prototype, ['eachAsync'], subjects.cursor, { ofCursor: true, change: keepCallbackOutside });
}

/** What the user does with each document is no part of reading the cursor. */
function keepCallbackOutside(_cursor: object, [fn, ...rest]: unknown[]): unknown[] {
  if (typeof fn !== 'function') return [fn, ...rest];
  const scope = currentScope();
  function each(this: unknown, ...args: unknown[]): unknown {
    const run = () => Reflect.apply(fn as () => unknown, this, args);
    return scope === undefined ? outsideScopes(run) : runInScope(scope, run);
  }
  return [each, ...rest];
}
