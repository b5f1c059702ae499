import { invalidOption } from '../../errors/errors.ts';
import { checkKeys, type StoreKeys } from './keys.ts';
import { longestSeconds } from './longest.ts';
import type { RefreshRule } from '../sessions/refresh-due.ts';
import type { StoreSettings } from './settings.ts';
import type { SessionStoreOptions } from './store-options.ts';

type Check = (value: unknown) => string | undefined;

const aBoolean: Check = value => (typeof value === 'boolean' ? undefined : 'true or false');

function atLeast(least: number, of: string): Check {
  return value => (isNumber(value) && value >= least ? undefined : `a number of ${of}, ${least} or more`);
}

const moreThanNone: Check = value =>
  isNumber(value) && value > 0 && value <= longestSeconds
    ? undefined
    : `a number of seconds, more than 0 and at most ${longestSeconds}`;
/** Timers of Node take no more: a longer one is over at once. */
const longestMS = 2_147_483_000;
const aTimeout: Check = value =>
  isNumber(value) && value >= 10 && value <= longestMS
    ? undefined
    : `a number of milliseconds, 10 to ${longestMS}`;
const aCount: Check = value =>
  Number.isInteger(value) && Number(value) >= 1 ? undefined : 'a whole number, 1 or more';

const checks: Readonly<Record<keyof SessionStoreOptions, Check>> = {
  keys: () => undefined, // checked with what it needs to know
  idleSeconds: moreThanNone,
  refreshEverySeconds: atLeast(0, 'seconds'),
  refreshBelowSeconds: atLeast(0, 'seconds'),
  absoluteSeconds: moreThanNone,
  lastSeenEverySeconds: atLeast(1, 'seconds'),
  maxPerUser: aCount,
  maxBytes: value => (value === Number.POSITIVE_INFINITY ? undefined : aCount(value)),
  encrypt: value => (value === 'from-now-on' ? undefined : aBoolean(value) && "true, false or 'from-now-on'"),
  coalesce: aBoolean,
  timeoutMS: aTimeout,
  updateTimeoutMS: aTimeout,
  setUp: aBoolean,
};

export const storeOptionNames: readonly string[] = Object.keys(checks);

export interface CheckedOptions {
  readonly keys: StoreKeys;
  readonly settings: StoreSettings;
  readonly encrypt: boolean | 'from-now-on';
  readonly coalesce: boolean;
  readonly setUp: boolean;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and what it takes */
export function checkOptions(options: unknown): CheckedOptions {
  if (typeof options !== 'object' || options === null)
    throw invalidOption('sessionStore needs options: sessionStore(backend, { keys: { tag: [secret] } }).');
  for (const [name, value] of Object.entries(options)) checkOne(name, value);
  const given = options as SessionStoreOptions;
  const { encrypt = false, coalesce = true, setUp = true } = given;
  return {
    keys: checkKeys(given.keys, encrypt !== false),
    settings: settingsOf(given),
    encrypt,
    coalesce,
    setUp,
  };
}

function checkOne(name: string, value: unknown): void {
  if (!isName(name))
    throw invalidOption(
      `sessionStore has no option '${name}'. Its options: ${Object.keys(checks).join(', ')}.`,
    );
  const wanted = value === undefined ? undefined : checks[name](value);
  if (wanted !== undefined)
    throw invalidOption(`The option '${name}' of sessionStore must be ${wanted}, not ${show(value)}.`);
}

function isName(name: string): name is keyof SessionStoreOptions {
  return Object.hasOwn(checks, name);
}

const leastFenceMS = 24 * 60 * 60 * 1000;

function settingsOf(options: SessionStoreOptions): StoreSettings {
  const { idleSeconds = 1800, absoluteSeconds = Math.max(2_592_000, idleSeconds) } = options;
  const { lastSeenEverySeconds, maxPerUser } = options;
  if (absoluteSeconds < idleSeconds)
    throw invalidOption(
      `absoluteSeconds of sessionStore (${absoluteSeconds}) must not be less than idleSeconds (${idleSeconds}).`,
    );
  return {
    idleMS: milliseconds(idleSeconds),
    refresh: refreshRuleOf(options, idleSeconds),
    absoluteMS: milliseconds(absoluteSeconds),
    lastSeenEveryMS:
      lastSeenEverySeconds === undefined ? Number.POSITIVE_INFINITY : milliseconds(lastSeenEverySeconds),
    timeoutMS: options.timeoutMS ?? 2000,
    updateTimeoutMS: options.updateTimeoutMS ?? 10_000,
    maxPerUser,
    maxBytes: options.maxBytes ?? 2 ** 20,
    fenceMS: Math.max(milliseconds(absoluteSeconds), leastFenceMS),
  };
}

function refreshRuleOf(options: SessionStoreOptions, idleSeconds: number): RefreshRule {
  const { refreshEverySeconds: every, refreshBelowSeconds: below } = options;
  if (every !== undefined && below !== undefined)
    throw invalidOption(
      'sessionStore takes refreshEverySeconds or refreshBelowSeconds, not both: each says when a read moves the expiry.',
    );
  if (every !== undefined && every >= idleSeconds)
    throw invalidOption(
      `refreshEverySeconds of sessionStore (${every}) must be less than idleSeconds (${idleSeconds}), or sessions end while they are used.`,
    );
  if (below !== undefined && below > idleSeconds)
    throw invalidOption(
      `refreshBelowSeconds of sessionStore (${below}) must not be more than idleSeconds (${idleSeconds}).`,
    );
  if (below !== undefined) return { kind: 'below', belowMS: Math.round(below * 1000) };
  return { kind: 'every', everyMS: every === undefined ? undefined : Math.round(every * 1000) };
}

function milliseconds(seconds: number): number {
  return Math.max(1, Math.round(seconds * 1000));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function show(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
