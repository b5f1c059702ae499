import type { MongoClientOptions } from 'mongodb';
import { checkOptions, type OptionChecks } from '../../../platform/options/check-options.ts';
import {
  aBoolean,
  aFunction,
  anObject,
  anything,
  aWait,
  oneOf,
  wholeBetween,
} from '../../../platform/options/checks.ts';
import type { Profile } from './profiles.ts';
import type { GuardPlan } from '../../driver/guard-client.ts';
import { defaultWaits, type GuardSettings } from '../../runtime/client/client-guard.ts';
import { repeatAfterMS } from '../../findings/delivery.ts';
import { aLogger, type Logger } from '../../findings/sinks/logger.ts';
import type { FindingListener } from '../../findings/finding.ts';
import type { RulesOption } from '../../rules/engine/configure.ts';
import { optionsOfTxn } from './txn-option-names.ts';

export interface GuardOptions {
  /**
   * Which rules are on: a preset (`'recommended'`, `'strict'`, `'off'`) or settings by rule id.
   * @default 'recommended'
   */
  readonly rules?: RulesOption | undefined;
  /**
   * Protection: drain before an end, one operation of a transaction at a time, honest errors. `false` only observes.
   * @default true
   */
  readonly protect?: boolean | undefined;
  /**
   * How long an end, a commit or an abort waits for what is still in flight, in milliseconds, 0 or more.
   * @default 5000
   */
  readonly drainTimeoutMS?: number | undefined;
  /**
   * How long `close` waits for running work before it cuts it off, in milliseconds, 0 or more.
   * @default 10000
   */
  readonly closeGraceMS?: number | undefined;
  /**
   * The `maxTimeMS` of each read and write that has none: how long the server may work on it, in milliseconds, a whole number from
   * 1 to 2147483647. It does nothing where the driver's `timeoutMS` is set, and `maxTimeMS: 0` of a call means no limit. See
   * `docs/profiles.md`.
   * @default none
   */
  readonly operationTimeoutMS?: number | undefined;
  /** Called with every finding of this client. A listener that throws is removed with a warning. */
  readonly onFinding?: FindingListener | undefined;
  /**
   * Gets every finding of this client at its level, with its fields: pino, winston, bunyan, `console` (one line of JSON each), or
   * any object with the methods `warn` and `error`. The log of a request (`requestScope`) comes first.
   * @default none
   */
  readonly logger?: Logger | undefined;
  /**
   * A place that is hit again after this time is written again, with its count, in milliseconds, 0 or more; `Infinity` for
   * once in the life of the process. Listeners hear each place once.
   * @default 3600000
   */
  readonly repeatAfterMS?: number | undefined;
  /**
   * Whether findings are also process warnings, which Node prints on stderr.
   * @default true without a `logger`, false with one
   */
  readonly console?: boolean | undefined;
}

export interface ConnectionManagerOptions extends GuardOptions {
  /**
   * Pool sizes and time-outs for a kind of process; what `client` or the connection string name comes first. See
   * `docs/profiles.md`.
   * @default none: those of the driver
   */
  readonly profile?: Profile | undefined;
  /** Options of the `MongoClient`, passed on as they are. */
  readonly client?: MongoClientOptions | undefined;
}

/** The checks of these options, for an entry that has others beside them. */
export const managerChecks: OptionChecks<ConnectionManagerOptions> = {
  rules: anything, // checked where rules are configured
  protect: aBoolean,
  drainTimeoutMS: aWait,
  closeGraceMS: aWait,
  operationTimeoutMS: wholeBetween(1, 2 ** 31 - 1, 'milliseconds'),
  onFinding: aFunction,
  logger: aLogger,
  repeatAfterMS: aWait,
  console: aBoolean,
  profile: oneOf('service', 'worker', 'serverless'),
  client: anObject,
};

// The options of a client that exists were given when it was made.
const { client: _client, profile: _profile, ...ofExisting } = managerChecks;

/** The same for a client that exists. */
export const guardChecks: OptionChecks<GuardOptions> = ofExisting;

/**
 * @param call the call that the user made: `new ConnectionManager`, `ConnectionManager.adopt`, …
 * @throws SessionGuardError that names the option and its valid values
 */
export function checkManagerOptions(
  options: unknown,
  call: string,
  client: 'is to be made' | 'exists' = 'is to be made',
): void {
  if (client === 'is to be made') {
    checkOptions(options, call, managerChecks, { hint: hintFor });
    return;
  }
  checkOptions(withoutClient(options), call, guardChecks, { hint: hintFor });
}

/** `client: undefined` counts as not given. */
function withoutClient(options: unknown): unknown {
  if (typeof options !== 'object' || options === null) return options;
  const { client, profile, ...others }: { client?: unknown; profile?: unknown } = options;
  return client === undefined && profile === undefined ? others : options;
}

/** For the most likely mistakes: options of `withTxn`, or of the client, among ours. */
export function hintFor(name: string): string {
  if (name === 'client' || name === 'profile')
    return ' The client exists already: its options were given when it was made.';
  if (optionsOfTxn.includes(name)) return ` It is an option of withTxn: withTxn(fn, { ${name}: … }).`;
  const ofClient =
    /^(max|min)?(pool|idle|wait|server|socket|connect|app|retry|read|write|tls|auth|heartbeat|direct|replica)/i;
  return ofClient.test(name) ? ` Options of the MongoClient go into client: { ${name}: … }.` : '';
}

interface FilledOptions extends ConnectionManagerOptions {
  readonly protect: boolean;
  readonly drainTimeoutMS: number;
  readonly closeGraceMS: number;
  readonly console: boolean;
  readonly repeatAfterMS: number;
}

/** The options with the defaults filled in. */
export function defaultsOf(options: ConnectionManagerOptions): FilledOptions {
  return {
    ...options,
    rules: options.rules ?? 'recommended',
    protect: options.protect ?? true,
    drainTimeoutMS: options.drainTimeoutMS ?? defaultWaits.drainTimeoutMS,
    closeGraceMS: options.closeGraceMS ?? defaultWaits.closeGraceMS,
    console: options.console ?? options.logger === undefined,
    repeatAfterMS: options.repeatAfterMS ?? repeatAfterMS,
    client: options.client ?? {},
  };
}

export function settingsOf(options: GuardOptions): GuardSettings {
  const { protect, drainTimeoutMS, closeGraceMS, operationTimeoutMS } = defaultsOf(options);
  return { protect, drainTimeoutMS, closeGraceMS, operationTimeoutMS };
}

/** Where findings are written. */
export function outletsOf(options: GuardOptions): Pick<GuardPlan, 'console' | 'logger' | 'repeatAfterMS'> {
  const { console, logger, repeatAfterMS: every } = defaultsOf(options);
  return { console, logger, repeatAfterMS: every };
}
