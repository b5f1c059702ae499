import { Connection, type DynamoClient } from '../../dynamodb/connection.ts';
import { awsCommands } from '../../dynamodb/table/aws-commands.ts';
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
import type { FenceReading, NewFence } from '../backend/fence.ts';
import type { SessionKey } from '../backend/session-key.ts';
import type { NewSession, SessionHeader } from '../backend/session-record.ts';
import { FenceReads } from '../calls/fence-reads.ts';
import { checkClient, checkOptions, type DynamoBackendOptions } from './options.ts';
import { endAll } from './sessions/end-all.ts';
import { insert } from './sessions/insert.ts';
import { list } from './sessions/list.ts';
import { read } from './sessions/read.ts';
import { readFences } from './sessions/read-fences.ts';
import { refresh } from './sessions/refresh.ts';
import { remove } from './sessions/remove.ts';
import { write } from './sessions/write.ts';
import { serverTime, type StoreTime } from './store-time.ts';
import { SessionTable } from './table/session-table.ts';
import { planOf, setUp } from './table/set-up.ts';

/**
 * Sessions in a table of DynamoDB, one item each.
 * @param client yours, of `@aws-sdk/client-dynamodb`; it is neither changed nor closed
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 */
export function dynamoBackend(client: DynamoClient, options: DynamoBackendOptions): SessionBackend {
  return dynamoBackendAt(serverTime(), client, options);
}

/** For tests, which set the time. */
export function dynamoBackendAt(
  time: StoreTime,
  client: DynamoClient,
  options: DynamoBackendOptions,
): SessionBackend {
  const connection = new Connection(checkClient(client), time.measured);
  return new DynamoBackend(new SessionTable(connection, checkOptions(options).table, time));
}

class DynamoBackend implements SessionBackend {
  readonly name = 'DynamoDB';
  readonly #table: SessionTable;
  readonly #fences: FenceReads;

  constructor(table: SessionTable) {
    this.#table = table;
    this.#fences = new FenceReads((tags, call) => readFences(table, tags, call));
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
    return insert(this.#table, this.#fences, session, call);
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

  list(tag: string, call: Call): Promise<HeaderList> {
    return list(this.#table, tag, call);
  }

  readFence(tag: string, call: Call): Promise<FenceReading> {
    return this.#fences.one(tag, call);
  }

  endAll(tag: string, user: string, fence: NewFence, call: Call): Promise<readonly SessionHeader[]> {
    return endAll(this.#table, { tag, user }, fence, call);
  }
}
