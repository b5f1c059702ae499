import { isDeepStrictEqual } from 'node:util';
import { warningCodes } from '../errors/codes.ts';
import { notice } from '../guard/notices.ts';
import { processWide } from '../guard/process-wide.ts';
import { deploymentKey } from './deployment-key.ts';
import { type ConnectionManagerOptions, defaultsOf } from './options.ts';

/** A manager of `ConnectionManager.shared`. The copy of this package that made it may be another one: its class is not asked for. */
export interface SharedManager {
  readonly manager: object;
  readonly options: ConnectionManagerOptions;
  readonly isClosed: () => boolean;
}

const managers = processWide('shared managers', () => new Map<string, SharedManager>());

/** The open manager of this connection string, whichever copy of this package made it. */
export function openShared(uri: string | undefined, options: ConnectionManagerOptions): object | undefined {
  const known = managers.get(deploymentKey(String(uri)));
  if (known === undefined || known.isClosed()) return undefined;
  warnOfOtherOptions(known.options, options);
  return known.manager;
}

export function rememberShared(uri: string | undefined, made: SharedManager): void {
  managers.set(deploymentKey(String(uri)), made);
}

/** A later call that names no options takes the manager as it is. */
function warnOfOtherOptions(first: ConnectionManagerOptions, later: ConnectionManagerOptions): void {
  const inForce: Readonly<Record<string, unknown>> = { ...defaultsOf(first) };
  const others = Object.entries(later)
    .filter(([name, value]) => value !== undefined && !isAlike(value, inForce[name]))
    .map(([name]) => name);
  if (others.length === 0) return;
  notice(
    warningCodes.sharedOptions,
    `ConnectionManager.shared was called again with other options (${others.toSorted().join(', ')}): those of the first call ` +
      'stay in force. Give every call the same options, or close the manager before it is made with others.',
  );
}

/** A function that is written in a call is another object each time: its text is what tells two of them apart. */
function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a === 'function' && typeof b === 'function') return String(a) === String(b);
  if (!isPlain(a) || !isPlain(b)) return isDeepStrictEqual(a, b);
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every(name => isAlike(a[name], b[name]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
