import { outsideScopes } from '../../../scope/async-scope.ts';
import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import type { MongoCollection } from '../server/collection.ts';

/** What the client is connected to. */
export interface Deployment {
  /** Then a filter needs the tag, by which a router finds the shard. */
  readonly isSharded: boolean;
}

interface Hello {
  readonly msg?: string;
  readonly setName?: string;
  readonly hosts?: readonly string[];
  /** Those with priority 0. */
  readonly passives?: readonly string[];
}

/** The database that a collection was got from: the driver has it there, though its types do not say so. */
interface Database {
  readonly client?: { readonly options?: { readonly directConnection?: boolean } };
  command(command: object, options: object): Promise<Hello>;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP for a client that may come to read from a secondary */
export async function deploymentOf(collection: MongoCollection, { signal }: Call): Promise<Deployment> {
  const database = databaseOf(collection);
  // A tag too many does no harm.
  if (database === undefined) return { isSharded: true };
  const hello = await outsideScopes(() => database.command({ hello: 1 }, { signal }));
  if (database.client?.options?.directConnection === true) checkDirect(hello);
  return { isSharded: hello.msg === 'isdbgrid' };
}

/** The driver sets a direct connection to read from its server, whatever that has become. */
function checkDirect({ setName, hosts = [], passives = [] }: Hello): void {
  if (setName === undefined || hosts.length + passives.length < 2) return;
  throw setUpFailed(
    `The client has a direct connection to one member of the replica set '${setName}': when that one is a secondary, it still has sessions that have ended. Leave out directConnection in the client's address, and name the replica set there.`,
  );
}

function databaseOf(collection: object): Database | undefined {
  const database: unknown = 'db' in collection ? collection.db : undefined;
  return isDatabase(database) ? database : undefined;
}

function isDatabase(value: unknown): value is Database {
  return (
    typeof value === 'object' && value !== null && 'command' in value && typeof value.command === 'function'
  );
}
