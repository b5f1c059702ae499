import type { TSESLint } from '@typescript-eslint/utils';
import { kindOf } from '../parts/clients/collection-or-model.ts';
import type { Fix } from '../parts/define-rule.ts';
import { methods } from '../syntax/methods.ts';
import { type Call, is, type Node } from '../syntax/nodes.ts';
import type { Operation } from '../parts/operations.ts';
import type { Session } from '../parts/sessions/sessions.ts';
import type { Source, Variable } from '../syntax/source.ts';

/** The change that gives a call the session as its options; undefined where the call has options, or cannot name the session. */
export function passSession(source: Source, operation: Operation, { variable }: Session): Fix | undefined {
  const { call } = operation;
  if (variable === undefined || nameSeenAt(source, call, variable.name) !== variable) return undefined;
  if (placeOfOptions(source, operation) !== call.arguments.length || hasSpread(call)) return undefined;
  const option = variable.name === 'session' ? '{ session }' : `{ session: ${variable.name} }`;
  const end = source.code.getLastToken(call);
  if (end === null) return undefined;
  if (call.arguments.length === 0) return fixer => fixer.insertTextBefore(end, option);
  // The last argument may stand in parentheses, and a comma may follow it.
  const last = source.code.getTokenBefore(end, { filter: ({ value }) => value !== ',' });
  return last === null ? undefined : fixer => fixer.insertTextAfter(last, `, ${option}`);
}

/** The driver and mongoose have the options of some methods in different places: then the kind of the receiver must be known. */
function placeOfOptions(source: Source, { name, receiver, call }: Operation): number | undefined {
  const method = methods.get(name);
  // `create` takes options only after an array.
  if (method === undefined || (name === 'create' && !is(call.arguments[0], 'ArrayExpression')))
    return undefined;
  const { driver, mongoose } = method;
  if (driver === mongoose) return driver;
  const kind = kindOf(source, receiver);
  if (kind === 'unknown') return driver === undefined ? mongoose : undefined;
  return kind === 'collection' ? driver : mongoose;
}

function hasSpread(call: Call): boolean {
  return call.arguments.some(argument => is(argument, 'SpreadElement'));
}

/** The variable that a name means at a place. */
function nameSeenAt(source: Source, place: Node, name: string): Variable | undefined {
  let scope: TSESLint.Scope.Scope | null = source.code.getScope(place);
  for (; scope !== null; scope = scope.upper) {
    const variable = scope.set.get(name);
    if (variable !== undefined) return variable;
  }
  return undefined;
}
