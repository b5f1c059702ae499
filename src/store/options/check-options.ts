import { invalidOption } from '../../errors/errors.ts';
import { checkOptions, type OptionChecks } from '../../platform/options/check-options.ts';
import {
  aboveZero,
  aBoolean,
  aCount,
  anything,
  atLeast,
  between,
  checkFor,
} from '../../platform/options/checks.ts';
import { checkKeys, type StoreKeys } from './keys.ts';
import { longestSeconds, type RefreshRule, type StoreSettings } from './settings.ts';
import type { SessionStoreOptions } from './store-options.ts';

/** The longest timer of Node: a longer one fires at once. */
const longestMS = 2_147_483_000;
const aTimeout = between(10, longestMS, 'milliseconds');
const aLife = aboveZero(longestSeconds, 'seconds');

const checks: OptionChecks<SessionStoreOptions> = {
  keys: anything, // checked separately, because its check needs other options
  idleSeconds: aLife,
  refreshEverySeconds: atLeast(0, 'seconds'),
  refreshBelowSeconds: atLeast(0, 'seconds'),
  absoluteSeconds: aLife,
  lastSeenEverySeconds: atLeast(1, 'seconds'),
  maxPerUser: aCount,
  maxBytes: value => (value === Number.POSITIVE_INFINITY ? undefined : aCount(value)),
  encrypt: checkFor(
    "true, false or 'from-now-on'",
    value => typeof value === 'boolean' || value === 'from-now-on',
  ),
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

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and its valid values */
export function checkStoreOptions(options: unknown): CheckedOptions {
  const needs = 'sessionStore needs options: sessionStore(backend, { keys: { tag: [secret] } }).';
  const given = checkOptions(options, 'sessionStore', checks, { needs });
  const { encrypt = false, coalesce = true, setUp = true } = given;
  return {
    keys: checkKeys(given.keys, encrypt !== false),
    settings: settingsOf(given),
    encrypt,
    coalesce,
    setUp,
  };
}

const leastMarkLifeMS = 24 * 60 * 60 * 1000;

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
    markLifeMS: Math.max(milliseconds(absoluteSeconds), leastMarkLifeMS),
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
