/** `own`: the session of the `withSession` around the step. `none`: without a session. */
export type Holder = 'first' | 'second' | 'own' | 'none';

/**
 * What is done with the promise of a step. `awaited`: the error of a callback's step is the callback's. `caught`: the error is
 * swallowed. `later`: not awaited, but handled. `dropped`: nobody handles it.
 */
export type Care = 'awaited' | 'caught' | 'later' | 'dropped';

export type OperationName =
  | 'insert'
  | 'insertMany'
  | 'update'
  | 'deleteOne'
  | 'find'
  | 'aggregate'
  | 'count'
  | 'bulk';

export interface OperationStep {
  readonly do: OperationName;
  readonly on: 'a' | 'b';
  /** 0 is stored already: its insert fails. */
  readonly id: number;
  readonly session: Holder;
  readonly care: Care;
}

export interface SessionStep {
  readonly do: 'startSession' | 'startTransaction';
  readonly session: Holder;
}

export interface EndingStep {
  readonly do: 'commit' | 'abort' | 'end';
  readonly session: Holder;
  readonly care: Care;
}

/** So many microtasks pass. */
export interface TicksStep {
  readonly do: 'ticks';
  readonly count: number;
}

export interface CallbackStep {
  readonly do: 'withTransaction' | 'withSession';
  readonly session: Holder;
  readonly steps: readonly Step[];
  readonly ending: 'returns' | 'throws';
  readonly care: Care;
}

export type Step = OperationStep | SessionStep | EndingStep | TicksStep | CallbackStep;

/** A random program: plain data, so that both sides can be sent the same. */
export interface Program {
  readonly steps: readonly Step[];
}

/** Asks a process to perform a program. */
export interface Performance {
  readonly program: Program;
  /** Where the observed driver is a microtask late (`microtasks.test.ts`), the program is. */
  readonly late: boolean;
}

/** What a program came to, as far as it can be said without times and identities. */
export interface Played {
  /** In the order in which they left the client. */
  readonly commands: readonly string[];
  /** By the place of the step and how often it was reached. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly stored: readonly string[];
  readonly unhandled: number;
}
