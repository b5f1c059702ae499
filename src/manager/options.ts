import type { MongoClientOptions } from 'mongodb';
import { invalidOption } from '../errors/errors.ts';
import type { GuardSettings } from '../guard/settings.ts';
import type { FindingListener } from '../report/finding.ts';
import type { RulesOption } from '../policy/configure.ts';
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
  /** Hears every finding of this client. A listener that throws is taken off with a warning. */
  readonly onFinding?: FindingListener | undefined;
  /**
   * Whether findings are also process warnings, which Node prints on stderr.
   * @default true
   */
  readonly console?: boolean | undefined;
}

export interface ConnectionManagerOptions extends GuardOptions {
  /** Options of the `MongoClient`, passed on as they are. */
  readonly client?: MongoClientOptions | undefined;
}

type Check = (value: unknown) => string | undefined;

const aBoolean: Check = value => (typeof value === 'boolean' ? undefined : 'true or false');
const aFunction: Check = value => (typeof value === 'function' ? undefined : 'a function');
const anObject: Check = value => (typeof value === 'object' && value !== null ? undefined : 'an object');
const milliseconds: Check = value =>
  typeof value === 'number' && value >= 0 ? undefined : 'a number of milliseconds, 0 or more';

const checks: Readonly<Record<string, Check>> = {
  rules: () => undefined, // checked where rules are configured
  protect: aBoolean,
  drainTimeoutMS: milliseconds,
  closeGraceMS: milliseconds,
  onFinding: aFunction,
  console: aBoolean,
  client: anObject,
};

/** Of `adopt`: the options of a client that exists were given when it was made. */
const withoutClient = Object.keys(checks).filter(name => name !== 'client');

/**
 * @param call the call that the user made: `new ConnectionManager`, `ConnectionManager.adopt`, …
 * @throws SessionGuardError that names the option and what it takes
 */
export function checkOptions(
  options: unknown,
  call: string,
  client: 'is to be made' | 'exists' = 'is to be made',
): void {
  const allowed = client === 'exists' ? withoutClient : Object.keys(checks);
  if (typeof options !== 'object' || options === null) {
    throw invalidOption(
      `The options of ${call} must be an object, not ${options === null ? 'null' : typeof options}.`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (name === 'client' && value === undefined) continue;
    if (!allowed.includes(name)) {
      throw invalidOption(
        `${call} has no option '${name}'. Its options: ${allowed.join(', ')}.${hintFor(name)}`,
      );
    }
    const wanted = value === undefined ? undefined : checks[name]?.(value);
    if (wanted !== undefined)
      throw invalidOption(`The option '${name}' of ${call} must be ${wanted}, not ${show(value)}.`);
  }
}

/** The most likely mistakes: options of `withTxn`, or of the client, beside ours. */
function hintFor(name: string): string {
  if (name === 'client') return ' The client exists already: its options were given when it was made.';
  if (optionsOfTxn.includes(name)) return ` It is an option of withTxn: withTxn(fn, { ${name}: … }).`;
  const ofClient =
    /^(max|min)?(pool|idle|wait|server|socket|connect|app|retry|read|write|tls|auth|heartbeat|direct|replica)/i;
  return ofClient.test(name) ? ` Options of the MongoClient go into client: { ${name}: … }.` : '';
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** The options that are in force where these were given. */
export function defaultsOf(options: ConnectionManagerOptions): ConnectionManagerOptions {
  return {
    ...options,
    rules: options.rules ?? 'recommended',
    protect: options.protect ?? true,
    drainTimeoutMS: options.drainTimeoutMS ?? 5000,
    closeGraceMS: options.closeGraceMS ?? 10_000,
    console: options.console ?? true,
    client: options.client ?? {},
  };
}

export function settingsOf(options: GuardOptions): GuardSettings {
  const { protect = true, drainTimeoutMS = 5000, closeGraceMS = 10_000 } = defaultsOf(options);
  return { protect, drainTimeoutMS, closeGraceMS };
}
