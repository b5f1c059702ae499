import { safely } from '../../../platform/failures.ts';
import { replaceMethod } from '../../driver/copies/replace-method.ts';
import { currentScope, outsideScopes, runInScope } from '../../scope/async-scope.ts';
import { type Call, runCall } from './call.ts';
import { claim, type SubjectOf, wrapCalls } from './wrap.ts';
import { madeAt, noteMade } from './call-site.ts';
import { subjects } from './subjects.ts';

type Method = (this: object, ...args: unknown[]) => unknown;

/**
 * Patches the cursors of a query or an aggregate. A cursor runs hooks at once, and sends its first command after them. mongoose
 * does not export the classes of cursors, but the first cursor of each kind leads to its class.
 */
export function patchCursorsOf(prototype: object, makerOf: SubjectOf): void {
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
      if (typeof made === 'object' && made !== null) patchClass(Object.getPrototypeOf(made));
      return made;
    };
  });
}

function patchClass(prototype: object): void {
  if (!claim(prototype)) return;
  wrapCalls(prototype, ['next', '_read'], subjects.cursor, { ofCursor: true });
  wrapCalls(prototype, ['close', '_destroy'], subjects.cursor);
  wrapCalls(prototype, ['eachAsync'], subjects.cursor, { ofCursor: true, change: keepCallbackOutside });
}

/** The user's work with each document is not part of reading the cursor. */
function keepCallbackOutside(_cursor: object, [fn, ...rest]: unknown[]): unknown[] {
  if (typeof fn !== 'function') return [fn, ...rest];
  const scope = currentScope();
  function each(this: unknown, ...args: unknown[]): unknown {
    const run = () => Reflect.apply(fn as () => unknown, this, args);
    return scope === undefined ? outsideScopes(run) : runInScope(scope, run);
  }
  return [each, ...rest];
}
