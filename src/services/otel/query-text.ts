import type { CommandStartedEvent } from 'mongodb';
import type { TrackedClient } from '../../guard/runtime/tracking/work-tracker.ts';
import { hasMethods, isObject } from '../../platform/options/checks.ts';

/** Fields that the specification leaves out: ids and the driver's own additions. */
const leftOut = new Set(['lsid', '$db', '$clusterTime', 'signature']);

interface ExtendedJson {
  stringify(value: unknown, options: { readonly relaxed: boolean }): string;
}

/** `EJSON` of the client's own driver: that of another copy refuses its values. */
export function extendedJsonOf(client: TrackedClient): ExtendedJson | undefined {
  const bson = client.driverFile('bson');
  const found: unknown = isObject(bson) && 'EJSON' in bson ? bson.EJSON : undefined;
  return isObject(found) && hasMethods(found, ['stringify']) ? (found as ExtendedJson) : undefined;
}

/** A command as relaxed Extended JSON, with at most so many characters. */
export function queryText(
  { command }: CommandStartedEvent,
  json: ExtendedJson | undefined,
  maxLength: number,
): string | undefined {
  if (maxLength === 0 || json === undefined) return undefined;
  const shown = Object.fromEntries(Object.entries(command).filter(([name]) => !leftOut.has(name)));
  const text = json.stringify(shown, { relaxed: true });
  if (text.length <= maxLength) return text;
  // Not in the middle of a character.
  return `${text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '')}...`;
}
