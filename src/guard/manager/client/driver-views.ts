import type { ClientSession, MongoClient } from 'mongodb';
import type { DriverClient, DriverSession } from '../../driver/copies/driver-types.ts';

/** Converts between the public types of the driver and the types of `driver/copies`, for the same objects. */

export function asDriverClient(client: MongoClient): DriverClient {
  return client as unknown as DriverClient;
}

export function asDriverSession(session: ClientSession): DriverSession {
  return session as unknown as DriverSession;
}

export function asClientSession(session: DriverSession): ClientSession {
  return session as unknown as ClientSession;
}
