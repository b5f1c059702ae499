import { createRequire } from 'node:module';
import type { MongoClient } from 'mongodb';
import { safely } from '../../../platform/failures.ts';
import { guardOf } from '../../runtime/process/shared-state.ts';
import { noteClient } from '../../runtime/tracking/subjects.ts';
import { eachTracker, trackers, type Tracks, tracksOf } from '../../runtime/tracking/trackers.ts';
import type { SessionTrack, TrackedClient, WorkTracker } from '../../runtime/tracking/work-tracker.ts';
import { folderOf } from '../copies/driver-folder.ts';
import type { DriverClient, DriverPool } from '../copies/driver-types.ts';

/** The trackers that have heard of a client. */
const met = new WeakMap<DriverClient, WeakSet<WorkTracker>>();

/** The same object, with the driver's public type. */
export function asMongoClient(client: DriverClient): MongoClient {
  return client as unknown as MongoClient;
}

/** Each tracker hears of a client once. */
export function meetClient(client: DriverClient): void {
  noteClient(guardOf(client).id, asMongoClient(client));
  const heard = met.get(client) ?? new WeakSet();
  met.set(client, heard);
  if ([...trackers].every(tracker => heard.has(tracker))) return;
  const tracked = trackedClient(client);
  eachTracker(tracker => {
    if (heard.has(tracker)) return undefined;
    heard.add(tracker);
    return tracker.client?.(tracked);
  });
}

export function trackSession(client: DriverClient): Tracks<SessionTrack> | undefined {
  meetClient(client);
  const session = { client: asMongoClient(client) };
  return tracksOf(tracker => tracker.session?.(session));
}

function trackedClient(client: DriverClient): TrackedClient {
  return {
    client: asMongoClient(client),
    monitorCommands: () => safely(() => monitorCommands(client)),
    driverFile: file => driverFile(client, file),
  };
}

/** The option is copied to each pool when it is made, and from there to each connection. */
function monitorCommands(client: DriverClient): void {
  client.monitorCommands = true;
  const { s } = client.topology ?? {};
  if (s === undefined) return;
  s.options = { ...s.options, monitorCommands: true };
  for (const { pool } of s.servers?.values() ?? []) if (pool !== undefined) monitorPool(pool);
}

function monitorPool(pool: DriverPool): void {
  pool.options = Object.freeze({ ...pool.options, monitorCommands: true });
  for (const connections of [pool.connections, pool.checkedOut])
    for (const connection of connections ?? []) connection.monitorCommands = true;
}

function driverFile(client: DriverClient, file: string): unknown {
  const folder = folderOf(client);
  if (folder === undefined) return undefined;
  try {
    return createRequire(`${folder}index.js`)(file);
  } catch {
    return undefined;
  }
}
