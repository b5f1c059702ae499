import type { CleanWatch } from '../clean-watch.ts';
import { separator } from '../clean-watch.ts';
import type { FoundHooks } from './find-hooks.ts';
import type { RegisterHook, TestHooks } from './hooks.ts';
import type { RunningTest } from '../running-test.ts';
import { OpenEnds } from '../open-ends.ts';
import { operationsInFlight, waitForOperations } from '../wait-for-operations.ts';
import type { Operation } from '../../../guard/events/events.ts';

interface Begun {
  readonly test: RunningTest;
  readonly before: ReadonlySet<Operation>;
}

/** The argument with which node:test calls hooks. */
interface NodeTest {
  readonly name: string;
  readonly fullName?: string;
  after(done: () => Promise<void>): void;
}

/** Hooks take no named parameter: Jest and mocha would wait for a callback. */
export function hookIntoOther(watch: CleanWatch, { hooks, areGlobal }: FoundHooks): void {
  const begun = new Map<unknown, Begun>();
  const ends = new OpenEnds(watch);
  const late = async (self: unknown) => {
    await waitForOperations(new Set());
    failFor(self, () => {
      ends.checkLast();
      watch.checkLate();
    });
  };
  const end = async (key: unknown, self: unknown) => {
    const found = begun.get(key);
    begun.delete(key);
    if (found === undefined) return;
    await waitForOperations(found.before);
    failFor(self, () => ends.end(found.test));
  };
  hooks.beforeEach(function (this: unknown, ...args: readonly unknown[]) {
    failFor(this, () => ends.checkLast());
    const test = watch.begin(nameOf(this, args));
    const leftOver = begun.get(keyOf(args));
    // A runner may skip the hooks after a failed one.
    if (leftOver !== undefined) watch.forget(leftOver.test);
    begun.set(keyOf(args), { test, before: operationsInFlight() });
  });
  hooks.afterEach(async function (this: unknown, ...args: readonly unknown[]) {
    const [test] = args;
    // The last of the test's own hooks: hooks of node:test run in the order of their registration.
    if (isNodeTest(test)) test.after(() => end(test, undefined));
    else await end(keyOf(args), this);
  });
  // In node:test no hook runs after one that throws, and clients would stay open: so the check is done at the exit there.
  if (hooks.afterAll !== undefined) hooks.afterAll(() => late(undefined));
  if (!areGlobal) return;
  follow(hooks, 'afterEach', () => {
    const isForAll = ends.isFollowedForAll();
    return async self => {
      await waitForOperations(operationsInFlight());
      failFor(self, () => {
        if (isForAll) ends.followed();
        watch.checkLast();
      });
    };
  });
  follow(hooks, 'afterAll', () => late);
  follow(hooks, 'after', () => late);
}

/**
 * Jest and mocha run hooks in the order of their registration: so one of our hooks follows each other hook, to see its effects.
 */
function follow(
  hooks: TestHooks,
  name: 'afterEach' | 'afterAll' | 'after',
  checkOf: () => (self: unknown) => Promise<void>,
): void {
  const register: RegisterHook | undefined = hooks[name];
  if (register === undefined) return;
  const followed = (...args: Parameters<RegisterHook>) => {
    const result = register(...args);
    const check = checkOf();
    register(function (this: unknown) {
      return check(this);
    });
    return result;
  };
  Reflect.set(globalThis, name, Object.assign(followed, register));
}

/** The part of a hook of mocha that is used: its error fails the test that runs. */
interface MochaHook {
  error(error: unknown): void;
}

/**
 * Throws what the check throws. In mocha a hook that throws would end the whole run, and hide all other tests: so the hook tells
 * the error there, and the test fails alone.
 */
function failFor(self: unknown, check: () => void): void {
  try {
    check();
  } catch (error) {
    const hook = hookOfMocha(self);
    if (hook === undefined) throw error;
    hook.error(error);
  }
}

function hookOfMocha(self: unknown): MochaHook | undefined {
  if (typeof self !== 'object' || self === null || !('test' in self)) return undefined;
  const { test } = self;
  const isHook =
    typeof test === 'object' && test !== null && 'error' in test && typeof test.error === 'function';
  return isHook ? (test as MochaHook) : undefined;
}

function keyOf([test]: readonly unknown[]): unknown {
  return isNodeTest(test) ? test : undefined;
}

function isNodeTest(value: unknown): value is NodeTest {
  return typeof value === 'object' && value !== null && 'after' in value && 'name' in value;
}

function nameOf(self: unknown, [test]: readonly unknown[]): string {
  if (isNodeTest(test)) return test.fullName ?? test.name;
  return nameInJest() ?? nameInMocha(self) ?? 'unknown';
}

function nameInJest(): string | undefined {
  const expect: unknown = Reflect.get(globalThis, 'expect');
  if (typeof expect !== 'function' || !('getState' in expect) || typeof expect.getState !== 'function')
    return undefined;
  const { currentTestName }: { readonly currentTestName?: string } = expect.getState();
  return currentTestName;
}

function nameInMocha(self: unknown): string | undefined {
  if (typeof self !== 'object' || self === null || !('currentTest' in self)) return undefined;
  const { currentTest } = self as { readonly currentTest?: { titlePath?(): readonly string[] } };
  return currentTest?.titlePath?.().join(separator);
}
