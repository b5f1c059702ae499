import { createHash } from 'node:crypto';
import { Numbering } from '../../../platform/bounded.ts';
import { processWide } from '../../../platform/process-wide.ts';
import type { DriverClient } from '../copies/driver-types.ts';

/** For far more deployments and sets of options than a program has by intent. */
const numbers = processWide('deployment numbers', () => new Numbering(1000));

/** Not compared: objects of the driver, which differ between clients or do not exist yet. */
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
 * A number that is equal for clients of the same deployment with the same options. The options may have a password: only their
 * digest is kept, and it is not given to other modules.
 */
export function deploymentKeyOf({ options = {} }: DriverClient): number {
  const digest = createHash('sha256').update(textOf(options, 0)).digest('base64');
  return numbers.of(digest);
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

/** Services that speak the protocol of MongoDB and ask for `retryWrites=false`, also in the clouds of single countries. */
const withoutRetries =
  /\.(?:docdb|docdb-elastic)\.(?:[a-z\d-]+\.)?amazonaws\.com(?:\.cn)?$|\.(?:cosmos|documents)\.azure\.(?:com|cn|us)$/;

/** True for a replica set or a sharded cluster of MongoDB: there the driver can send a write again. */
export function retriesWrites({ topology, options }: DriverClient): boolean {
  if (![...(topology?.description.servers.values() ?? [])].some(({ type }) => members.has(type)))
    return false;
  const hosts = [options?.srvHost, ...(options?.hosts ?? []).map(({ host }) => host)];
  return !hosts.some(host => typeof host === 'string' && withoutRetries.test(host.toLowerCase()));
}

const members = new Set(['RSPrimary', 'RSSecondary', 'Mongos', 'LoadBalancer']);

/** True if the deployment is known to be a standalone server. A direct connection to a member of a replica set is not. */
export function isStandalone(client: DriverClient): boolean {
  const description = client.topology?.description;
  if (description === undefined || description.type !== 'Single') return false;
  const servers = [...description.servers.values()];
  return servers.length > 0 && servers.every(({ type }) => type === 'Standalone');
}
