import { ServerClock } from '../../platform/time/server-clock.ts';
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
import { headerOf, headerProjection } from './documents/session-document.ts';
import { endAll } from './operations/end-all.ts';
import { readMarks } from './operations/read-marks.ts';
import { insert } from './operations/insert.ts';
import { list } from './operations/list.ts';
import { read } from './operations/read.ts';
import { remove } from './operations/remove.ts';
import { write } from './operations/write.ts';
import { isLive, isNotRotated, refreshPipeline } from './pipelines/expressions.ts';
import { checkCollection, type MongoCollection } from './server/collection.ts';
import { Commands } from './server/commands.ts';
import { type Deployment, deploymentOf } from './set-up/deployment.ts';
import { setUp } from './set-up/set-up.ts';
import { setUpCommands } from './set-up/check-indexes.ts';
import { checkOptions, type OptionChecks } from '../../platform/options/check-options.ts';
import { aBoolean } from '../../platform/options/checks.ts';

export interface MongoBackendOptions {
  /**
   * Whether a read waits until a majority of the members confirms that the primary is still the primary (read concern
   * `linearizable`). Without it a primary that has just lost its connection to the other members may answer for some more
   * seconds. Needs a replica set.
   * @default false
   */
  readonly strictReads?: boolean | undefined;
}

const checks: OptionChecks<MongoBackendOptions> = { strictReads: aBoolean };

/**
 * Sessions in a MongoDB collection of driver 6 or 7: one document for each session. The server's clock is used.
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 * @example
 * ```ts
 * import { sessionStore } from 'session-guard/store';
 * import { mongoBackend } from 'session-guard/store/mongodb';
 *
 * const sessions = sessionStore(mongoBackend(db.collection('sessions')), {
 *   keys: { tag: [process.env.SESSION_TAG_KEY ?? ''] },
 * });
 * const session = await sessions.create({ cart: ['tea'] });
 * console.log((await sessions.get(session.id))?.data); // → { cart: [ 'tea' ] }
 * ```
 */
export function mongoBackend(collection: MongoCollection, options: MongoBackendOptions = {}): SessionBackend {
  const { strictReads = false } = checkOptions(options, 'mongoBackend', checks);
  return new MongoBackend(checkCollection(collection), strictReads);
}

class MongoBackend implements SessionBackend {
  readonly name = 'MongoDB';
  readonly #collection: MongoCollection;
  readonly #serverClock = new ServerClock({ resolutionMS: 1, staleAfterMS: 60_000 });
  readonly #commands: Commands;
  readonly #marks: RevocationMarkReads;
  readonly #strictReads: boolean;
  #deployment: Deployment | undefined;

  constructor(collection: MongoCollection, strictReads: boolean) {
    this.#collection = collection;
    this.#commands = new Commands(collection, this.#serverClock);
    this.#marks = new RevocationMarkReads((userKeys, call) => readMarks(this.#commands, userKeys, call));
    this.#strictReads = strictReads;
  }

  async setUp(call: Call): Promise<void> {
    await this.#lookAtDeployment(call);
    await setUp(this.#collection, this.#strictReads, call);
  }

  setUpCommands(): string {
    return setUpCommands(this.#collection);
  }

  async read(keys: readonly SessionKey[], call: Call): Promise<readonly (Reading | Error | undefined)[]> {
    const { isSharded } = this.#deployment ?? (await this.#lookAtDeployment(call));
    return read(this.#commands, keys, { byUserKey: isSharded, strict: this.#strictReads }, call);
  }

  insert(session: NewSession, call: Call): Promise<Inserted> {
    const server = { commands: this.#commands, serverClock: this.#serverClock, marks: this.#marks };
    return insert(server, session, call);
  }

  async refresh({ userKey, hash }: SessionKey, call: Call): Promise<SessionHeader | undefined> {
    const filter = { _id: hash, t: userKey, ...isLive, ...isNotRotated };
    const wanted = { projection: headerProjection };
    const after = await this.#commands.update(filter, refreshPipeline, wanted, call);
    return after && headerOf(after);
  }

  write(known: SessionKey | SessionHeader, change: Change, call: Call): Promise<Written> {
    return write(this.#commands, known, change, call);
  }

  remove(key: SessionKey, which: Removable, call: Call): Promise<Removed | undefined> {
    return remove(this.#commands, key, which, call);
  }

  list(userKey: string, call: Call): Promise<HeaderList> {
    return list(this.#commands, userKey, this.#strictReads, call);
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
    return endAll(this.#commands, { userKey, user, mark }, call);
  }

  async #lookAtDeployment(call: Call): Promise<Deployment> {
    this.#deployment = await deploymentOf(this.#collection, call);
    return this.#deployment;
  }
}
