import { types } from 'node:util';
import { invalidArgument } from '../../errors/errors.ts';

/** Kinds of objects of which JSON keeps nothing, or no fields. */
const withoutFields: readonly (readonly [is: (value: unknown) => boolean, what: string])[] = [
  [Array.isArray, 'a list'],
  [types.isPromise, 'a promise: await is missing before it'],
  [types.isMap, 'a Map: give Object.fromEntries(map)'],
  [types.isSet, 'a Set'],
  [types.isDate, 'a Date'],
  [value => ArrayBuffer.isView(value), 'a Buffer'],
];

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT for what has no fields to store */
export function checkData<D extends object>(data: D): D {
  if (typeof data !== 'object' || data === null) throw notData(data === null ? 'null' : typeof data);
  const kind = withoutFields.find(([is]) => is(data));
  if (kind !== undefined) throw notData(kind[1]);
  return data;
}

function notData(what: string): Error {
  return invalidArgument(`The data of a session must be an object with fields, not ${what}.`);
}
