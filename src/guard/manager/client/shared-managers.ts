import { isDeepStrictEqual } from 'node:util';
import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../platform/notices.ts';
import { processWide } from '../../../platform/process-wide.ts';
import { deploymentKey } from './second-manager.ts';
import { type ConnectionManagerOptions, defaultsOf } from '../options/options.ts';

/** A manager of `ConnectionManager.shared`. Another copy of this package may have made it, so its class is not checked. */
export interface SharedManager {
  readonly manager: object;
  readonly options: ConnectionManagerOptions;
  readonly isClosed: () => boolean;
}

const managers = processWide('shared managers', () => new Map<string, SharedManager>());

/** The open manager of this connection string, from any copy of this package. */
export function openShared(uri: string | undefined, options: ConnectionManagerOptions): object | undefined {
  const known = managers.get(deploymentKey(String(uri)));
  if (known === undefined || known.isClosed()) return undefined;
  warnOfOtherOptions(known.options, options);
  return known.manager;
}

export function rememberShared(uri: string | undefined, made: SharedManager): void {
  managers.set(deploymentKey(String(uri)), made);
}

/** A later call without options accepts the manager as it is. */
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

/** A function in the arguments of a call is a new object each time, so functions are compared by their texts. */
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
