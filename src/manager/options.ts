import type { MongoClientOptions } from 'mongodb';
import { invalidOption } from '../errors/errors.ts';
import type { GuardSettings } from '../guard/settings.ts';
import type { FindingListener } from '../report/finding.ts';
import type { RulesOption } from '../policy/configure.ts';

export interface GuardOptions {
  /**
   * Which rules are on: a preset (`'recommended'`, `'strict'`, `'off'`) or settings by rule id.
   * @default 'recommended'
   */
  readonly rules?: RulesOption;
  /**
   * Protection: drain before an end, one operation of a transaction at a time, honest errors. `false` only observes.
   * @default true
   */
  readonly protect?: boolean;
  /**
   * How long an end, a commit or an abort waits for what is still in flight, in milliseconds, 0 or more.
   * @default 5000
   */
  readonly drainTimeoutMS?: number;
  /**
   * How long `close` waits for running work before it cuts it off, in milliseconds, 0 or more.
   * @default 10000
   */
  readonly closeGraceMS?: number;
  /** Hears every finding of this client. A listener that throws is taken off with a warning. */
  readonly onFinding?: FindingListener;
  /**
   * Whether findings are also process warnings, which Node prints on stderr.
   * @default true
   */
  readonly console?: boolean;
}

export interface ConnectionManagerOptions extends GuardOptions {
  /** Options of the `MongoClient`, passed on as they are. */
  readonly client?: MongoClientOptions;
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

/** @throws SessionGuardError that names the option and what it takes */
export function checkOptions(
  options: unknown,
  where: string,
  allowed: readonly string[] = Object.keys(checks),
): void {
  if (typeof options !== 'object' || options === null) {
    throw invalidOption(
      `The options of ${where} must be an object, not ${options === null ? 'null' : typeof options}.`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (!allowed.includes(name)) {
      throw invalidOption(
        `${where} has no option '${name}'. Its options: ${allowed.join(', ')}.${hintFor(name)}`,
      );
    }
    const wanted = value === undefined ? undefined : checks[name]?.(value);
    if (wanted !== undefined)
      throw invalidOption(`The option '${name}' of ${where} must be ${wanted}, not ${show(value)}.`);
  }
}

const ofTxn: ReadonlySet<string> = new Set([
  'inject',
  'nested',
  'timeoutMS',
  'maxAttempts',
  'signal',
  'serializeBy',
  'session',
]);

/** The most likely mistakes: options of `withTxn`, or of the client, beside ours. */
function hintFor(name: string): string {
  if (ofTxn.has(name)) return ` It is an option of withTxn: withTxn(fn, { ${name}: … }).`;
  const ofClient =
    /^(max|min)?(pool|idle|wait|server|socket|connect|app|retry|read|write|tls|auth|heartbeat|direct|replica)/i;
  return ofClient.test(name) ? ` Options of the MongoClient go into client: { ${name}: … }.` : '';
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

export function settingsOf(options: GuardOptions): GuardSettings {
  return {
    protect: options.protect ?? true,
    drainTimeoutMS: options.drainTimeoutMS ?? 5000,
    closeGraceMS: options.closeGraceMS ?? 10_000,
  };
}
