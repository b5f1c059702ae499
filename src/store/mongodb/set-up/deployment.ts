import { outsideScopes } from '../../../guard/scope/async-scope.ts';
import type { Call } from '../../backend/backend.ts';
import { setUpFailed } from '../../errors.ts';
import type { MongoCollection } from '../server/collection.ts';

/** The deployment to which the client is connected. */
export interface Deployment {
  /** If true, a filter needs the user key, so that a router finds the shard. */
  readonly isSharded: boolean;
}

interface Hello {
  readonly msg?: string;
  readonly setName?: string;
  readonly hosts?: readonly string[];
  /** The members with priority 0. */
  readonly passives?: readonly string[];
}

/** The database of a collection: the driver has this property, although its types do not show it. */
interface Database {
  readonly client?: { readonly options?: { readonly directConnection?: boolean } };
  command(command: object, options: object): Promise<Hello>;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_SET_UP for a client that may later read from a secondary */
export async function deploymentOf(collection: MongoCollection, { signal }: Call): Promise<Deployment> {
  const database = databaseOf(collection);
  // An unnecessary user key does no harm.
  if (database === undefined) return { isSharded: true };
  const hello = await outsideScopes(() => database.command({ hello: 1 }, { signal }));
  if (database.client?.options?.directConnection === true) checkDirect(hello);
  return { isSharded: hello.msg === 'isdbgrid' };
}

/** With a direct connection the driver reads from its server, also if the server becomes a secondary. */
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
