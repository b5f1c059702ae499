import type { MongoClientOptions } from 'mongodb';

/** What kind of process a client is for. */
export type Profile = 'service' | 'worker' | 'serverless';

/** The options of the driver that a profile sets. */
export type ProfileOptions = Required<
  Pick<
    MongoClientOptions,
    | 'maxPoolSize'
    | 'minPoolSize'
    | 'maxIdleTimeMS'
    | 'waitQueueTimeoutMS'
    | 'serverSelectionTimeoutMS'
    | 'connectTimeoutMS'
  >
>;

/** Below the shortest idle time-out of the networks that are common: 4 minutes, of Azure's load balancer. */
const belowNetworksMS = 180_000;

/**
 * The options of each profile, for a client that a manager does not make: that of mongoose. `docs/profiles.md` gives the reason
 * and the source of each value.
 * @example
 * ```ts
 * import mongoose from 'mongoose';
 * import { profiles } from 'session-guard';
 *
 * await mongoose.connect(uri, { ...profiles.service, maxPoolSize: 50 });
 * await mongoose.disconnect();
 * ```
 */
export const profiles: Readonly<Record<Profile, Readonly<ProfileOptions>>> = {
  service: Object.freeze({
    maxPoolSize: 100,
    minPoolSize: 0,
    maxIdleTimeMS: belowNetworksMS,
    waitQueueTimeoutMS: 5000,
    serverSelectionTimeoutMS: 15_000,
    connectTimeoutMS: 10_000,
  }),
  worker: Object.freeze({
    maxPoolSize: 20,
    minPoolSize: 0,
    maxIdleTimeMS: belowNetworksMS,
    waitQueueTimeoutMS: 60_000,
    serverSelectionTimeoutMS: 30_000,
    connectTimeoutMS: 30_000,
  }),
  serverless: Object.freeze({
    maxPoolSize: 10,
    minPoolSize: 0,
    maxIdleTimeMS: 60_000,
    waitQueueTimeoutMS: 5000,
    serverSelectionTimeoutMS: 5000,
    connectTimeoutMS: 5000,
  }),
};

/** The client's options, with those of the profile that neither the options nor the connection string name. */
export function withProfile(
  uri: string,
  profile: Profile | undefined,
  options: MongoClientOptions | undefined,
): MongoClientOptions | undefined {
  if (profile === undefined) return options;
  const query = uri.includes('?') ? uri.slice(uri.indexOf('?') + 1) : '';
  const named = new Set([...new URLSearchParams(query).keys()].map(name => name.toLowerCase()));
  const added = Object.entries(profiles[profile]).filter(([name]) => !named.has(name.toLowerCase()));
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...added, ...given]);
}
