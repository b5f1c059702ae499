import { createHash } from 'node:crypto';
import { processWide } from '../../guard/process-wide.ts';
import type { DriverClient } from '../driver/driver-types.ts';

/** How many deployments and sets of options are told apart: far more than a program has by intent. */
const most = 1000;

const kins = processWide('kins', () => ({ last: 0, numbers: new Map<string, number>() }));

/** Of no use for a comparison: the driver's own objects, which differ between clients or are not yet there. */
const passedOver = new Set([
  'autoEncrypter',
  'encrypter',
  'extendedMetadata',
  'metadata',
  'mongoLogger',
  'mongoLoggerOptions',
]);

/** Deep enough for credentials and their mechanism's properties. */
const deepest = 4;

/**
 * A number that is equal for clients of the same deployment with the same options. The options, a password among them, are kept
 * as a digest only, and that stays here.
 */
export function kinOf({ options = {} }: DriverClient): number {
  const digest = createHash('sha256').update(textOf(options, 0)).digest('base64');
  const known = kins.numbers.get(digest);
  if (known !== undefined) return known;
  kins.last += 1;
  kins.numbers.set(digest, kins.last);
  const [oldest] = kins.numbers.keys();
  if (kins.numbers.size > most && oldest !== undefined) kins.numbers.delete(oldest);
  return kins.last;
}

function textOf(value: unknown, depth: number): string {
  if (typeof value === 'function') return 'function';
  if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)}`;
  if (ArrayBuffer.isView(value)) return `bytes ${textOfBytes(value)}`;
  if (depth === deepest) return 'object';
  const entries = Object.entries(value).filter(([name]) => !passedOver.has(name));
  const parts = entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${name}: ${textOf(inner, depth + 1)}`);
  return `{ ${parts.join(', ')} }`;
}

/** Certificates and keys of several tenants may have one length. */
function textOfBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
