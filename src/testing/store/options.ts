import type { SessionBackend } from '../../store/backend/backend.ts';

/** What a back end shows of itself to its contract. */
export interface StoreContractOptions {
  /**
   * Makes the back end under test: with each call another instance on the same storage, as another process would have it. It
   * is called twice, and may be asynchronous.
   */
  readonly backend: () => SessionBackend | Promise<SessionBackend>;
  /** The clock of the store where a test can move it. Without it, sessions with short lives are waited for. */
  readonly clock?: ContractClock | undefined;
  /**
   * Makes all that is stored so many milliseconds older, where no clock can be moved: takes them off each stored time. With this, or
   * with `clock`, sessions are used over simulated weeks; without, for some seconds.
   */
  readonly age?: ((ms: number) => void | Promise<void>) | undefined;
  /**
   * How often each race is run, a whole number, 1 or more.
   * @default 500
   */
  readonly races?: number | undefined;
  /**
   * How many rounds of a race run at once, a whole number, 1 or more.
   * @default 50
   */
  readonly parallel?: number | undefined;
  /** All that is stored, as text: the suite looks for what must not be in it. */
  readonly dump?: (() => string | Promise<string>) | undefined;
  /** From how many bytes of data on a session is refused with `ERR_SESSION_GUARD_STORE_TOO_LARGE`. */
  readonly sizeLimit?: number | undefined;
}

/** A clock that all instances of the back end share. */
export interface ContractClock {
  /** Moves the store's time forward, in milliseconds. */
  advance(ms: number): void | Promise<void>;
}

/** One test. */
export interface ContractCase {
  /** A sentence. */
  readonly title: string;
  /** Rejects with an `AssertionError` if the back end breaks the rule. */
  readonly run: () => Promise<void>;
}
