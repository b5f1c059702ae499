import { Connection, type DynamoClient } from '../../dynamodb/connection.ts';
import { awsCommands } from '../../dynamodb/table/rights.ts';
import type {
  Call,
  HeaderList,
  Inserted,
  Reading,
  Removable,
  Removed,
  SessionBackend,
} from '../backend/backend.ts';
import type { Change, Written } from '../backend/change.ts';
import type { NewRevocationMark, RevocationMarkReading } from '../backend/revocation-mark.ts';
import type { NewSession, SessionHeader, SessionKey } from '../backend/session-record.ts';
import { RevocationMarkReads } from '../requests/revocation-mark-reads.ts';
import { checkClient, checkDynamoOptions, type DynamoBackendOptions } from './options.ts';
import { endAll } from './operations/end-all.ts';
import { insert } from './operations/insert.ts';
import { list } from './operations/list.ts';
import { read } from './operations/read.ts';
import { readMarks } from './operations/read-marks.ts';
import { refresh } from './operations/refresh.ts';
import { remove } from './operations/remove.ts';
import { write } from './operations/write.ts';
import { serverTime, type StoreTime } from './store-time.ts';
import { SessionTable } from './table/session-table.ts';
import { planOf, setUp } from './table/set-up.ts';

/**
 * Sessions in a DynamoDB table, one item for each session.
 * @param client your client of `@aws-sdk/client-dynamodb`; it is neither changed nor closed
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 * @example
 * ```ts dynamodb
 * import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
 * import { sessionStore } from 'session-guard/store';
 * import { dynamoBackend } from 'session-guard/store/dynamodb';
 *
 * const client = new DynamoDBClient({
 *   endpoint: process.env.DYNAMODB_ENDPOINT ?? '',
 *   region: 'eu-west-1',
 *   credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
 * });
 * const sessions = sessionStore(dynamoBackend(client, { table: 'example-sessions' }), {
 *   keys: { tag: [process.env.SESSION_TAG_KEY ?? ''] },
 * });
 * const session = await sessions.create({ cart: ['tea'] });
 * console.log((await sessions.get(session.id))?.data); // → { cart: [ 'tea' ] }
 * client.destroy();
 * ```
 */
export function dynamoBackend(client: DynamoClient, options: DynamoBackendOptions): SessionBackend {
  return dynamoBackendAt(serverTime(), client, options);
}

/** For tests that set the time. */
export function dynamoBackendAt(
  time: StoreTime,
  client: DynamoClient,
  options: DynamoBackendOptions,
): SessionBackend {
  const connection = new Connection(checkClient(client), time.measured);
  return new DynamoBackend(new SessionTable(connection, checkDynamoOptions(options).table, time));
}

class DynamoBackend implements SessionBackend {
  readonly name = 'DynamoDB';
  readonly #table: SessionTable;
  readonly #marks: RevocationMarkReads;

  constructor(table: SessionTable) {
    this.#table = table;
    this.#marks = new RevocationMarkReads((userKeys, call) => readMarks(table, userKeys, call));
  }

  setUp(call: Call): Promise<void> {
    return setUp(this.#table.connection, planOf(this.#table.name), call);
  }

  setUpCommands(): string {
    return awsCommands(planOf(this.#table.name));
  }

  read(keys: readonly SessionKey[], call: Call): Promise<readonly (Reading | Error | undefined)[]> {
    return read(this.#table, keys, call);
  }

  insert(session: NewSession, call: Call): Promise<Inserted> {
    return insert(this.#table, this.#marks, session, call);
  }

  refresh(known: SessionKey | SessionHeader, call: Call): Promise<SessionHeader | undefined> {
    return refresh(this.#table, known, call);
  }

  write(known: SessionKey | SessionHeader, change: Change, call: Call): Promise<Written> {
    return write(this.#table, known, change, call);
  }

  remove(key: SessionKey, which: Removable, call: Call): Promise<Removed | undefined> {
    return remove(this.#table, key, which, call);
  }

  list(userKey: string, call: Call): Promise<HeaderList> {
    return list(this.#table, userKey, call);
  }

  readRevocationMark(userKey: string, call: Call): Promise<RevocationMarkReading> {
    return this.#marks.one(userKey, call);
  }

  endAll(
    userKey: string,
    user: string,
    mark: NewRevocationMark,
    call: Call,
  ): Promise<readonly SessionHeader[]> {
    return endAll(this.#table, { userKey, user }, mark, call);
  }
}
