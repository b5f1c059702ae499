import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Call, SessionBackend } from '../../../store/backend/backend.ts';
import { sessionStore } from '../../../store/api/create-store.ts';
import type { SessionStoreOptions } from '../../../store/options/store-options.ts';
import type { SessionStore } from '../../../store/api/session-store.ts';
import type { StoreContractOptions } from '../options.ts';

export type Data = Record<string, unknown>;
export type Store = SessionStore<Data>;

const clockKey = 'clock-of-all';
/** Generous: the suite tests results, not speed. */
const timeoutMS = 60_000;

/** The state that all cases of one suite share: two instances of the back end, and its time. */
export class Ground {
  readonly races: number;
  readonly parallel: number;
  readonly options: StoreContractOptions;
  readonly #secret = randomBytes(32);
  #backends: Promise<readonly [SessionBackend, SessionBackend]> | undefined;

  constructor(options: StoreContractOptions) {
    this.options = options;
    this.races = options.races ?? 500;
    this.parallel = options.parallel ?? 50;
  }

  /** Two instances, as in two processes. */
  backends(): Promise<readonly [SessionBackend, SessionBackend]> {
    this.#backends ??= this.#start();
    return this.#backends;
  }

  async backend(): Promise<SessionBackend> {
    const [first] = await this.backends();
    return first;
  }

  /** One store for each process, with keys of this suite. */
  async stores(options: Partial<SessionStoreOptions> = {}): Promise<readonly [Store, Store]> {
    const [first, second] = await this.backends();
    return [this.storeOn(first, options), this.storeOn(second, options)];
  }

  async store(options: Partial<SessionStoreOptions> = {}): Promise<Store> {
    return this.storeOn(await this.backend(), options);
  }

  storeOn(backend: SessionBackend, options: Partial<SessionStoreOptions> = {}): Store {
    const usual = { keys: { tag: [this.#secret] }, timeoutMS, updateTimeoutMS: 60_000, setUp: false };
    return sessionStore<Data>(backend, { ...usual, ...options });
  }

  /** The latest possible time of the store. */
  async now(): Promise<number> {
    const { latest } = await (await this.backend()).readRevocationMark(clockKey, call());
    return latest;
  }

  async earliest(): Promise<number> {
    const { earliest } = await (await this.backend()).readRevocationMark(clockKey, call());
    return earliest;
  }

  get clockIsSettable(): boolean {
    return this.options.clock !== undefined;
  }

  /** A duration that is long for a test, but short enough for a real wait if the clock cannot be set. */
  get shortMS(): number {
    return this.clockIsSettable ? 60_000 : 400;
  }

  async advance(ms: number): Promise<void> {
    if (this.options.clock === undefined) await setTimeout(ms);
    else await this.options.clock.advance(ms);
  }

  /** True if weeks can be simulated. */
  get timeCanPass(): boolean {
    return this.clockIsSettable || this.options.age !== undefined;
  }

  /** Lets this much time pass for the stored records; if they cannot be made older, it waits. */
  async pass(ms: number): Promise<void> {
    const { clock, age } = this.options;
    if (clock === undefined && age !== undefined) await age(ms);
    else await this.advance(ms);
  }

  /** Waits until the store's time is certainly `at` or later. */
  async reach(at: number): Promise<void> {
    for (let left = at - (await this.earliest()); left > 0; left = at - (await this.earliest()))
      await this.advance(left);
  }

  async #start(): Promise<readonly [SessionBackend, SessionBackend]> {
    const first = await this.options.backend();
    const second = await this.options.backend();
    await first.setUp(call());
    await second.setUp(call());
    return [first, second];
  }
}

export function call(): Call {
  const signal = AbortSignal.timeout(timeoutMS);
  // Each command of a back end may listen to it.
  setMaxListeners(0, signal);
  return { signal };
}
