// @ts-check
// In the place of `vitest` in the tests of a room: they are collected once, and run again and again by `runner.mjs`.
import { format } from 'node:util';
import { expect, vi as own } from 'vitest';

/** @typedef {() => unknown} Hook */
/** @typedef {(...args: any[]) => unknown} Body */
/** @typedef {{ readonly name: string, readonly suites: readonly Suite[], readonly body: Hook }} Test */
/** @typedef {{ readonly name: string, readonly before: Hook[], readonly after: Hook[], readonly beforeAll: Hook[], readonly afterAll: Hook[] }} Suite */

/** @type {Test[]} */
export const tests = [];
/** Of the test that runs. @type {Hook[]} */
export const finishers = [];

/** @type {readonly Suite[]} */
let suites = [];

/** @param {string} name @param {Hook} body */
export function describe(name, body) {
  const before = suites;
  suites = [...suites, { name, before: [], after: [], beforeAll: [], afterAll: [] }];
  body();
  suites = before;
}

/** Each file is a suite. @param {string} file @param {() => Promise<unknown>} load */
export async function collect(file, load) {
  suites = [{ name: file, before: [], after: [], beforeAll: [], afterAll: [] }];
  await load();
  suites = [];
}

/** @param {string} name @param {...unknown} rest its function, and options */
export function test(name, ...rest) {
  const body = /** @type {Body} */ (rest.find(one => typeof one === 'function'));
  const path = [...suites.map(suite => suite.name), name].join(' > ');
  const same = tests.filter(known => known.name === path || known.name.startsWith(`${path} #`)).length;
  const context = { task: { name }, expect, onTestFinished };
  tests.push({ name: same === 0 ? path : `${path} #${same}`, suites, body: () => body(context) });
}

/** @param {(name: string, body: Body, options?: unknown) => void} add */
function eachOf(add) {
  return (/** @type {readonly unknown[]} */ rows) =>
    (/** @type {string} */ name, /** @type {Body} */ body) => {
      for (const row of rows) {
        const args = Array.isArray(row) ? row : [row];
        add(format(name, ...args), () => body(...args));
      }
    };
}

describe.each = eachOf(describe);
test.each = eachOf(test);
test.skipIf = (/** @type {unknown} */ condition) => (condition ? () => undefined : test);
test.runIf = (/** @type {unknown} */ condition) => (condition ? test : () => undefined);
export const it = test;

/** @param {Hook} hook */
export const onTestFinished = hook => void finishers.push(hook);
/** @param {Hook} hook */
export const beforeEach = hook => void suites.at(-1)?.before.push(hook);
/** @param {Hook} hook */
export const afterEach = hook => void suites.at(-1)?.after.push(hook);
/** @param {Hook} hook */
export const beforeAll = hook => void suites.at(-1)?.beforeAll.push(hook);
/** @param {Hook} hook */
export const afterAll = hook => void suites.at(-1)?.afterAll.push(hook);

/** @type {Map<string, string | undefined>} */
const stubbed = new Map();

/** The timers of the program that were begun while they were faked; none of them fires. */
let faked = 0;
const { setTimeout } = globalThis;
const { now } = Date;

const longestWaitMS = 5000;

/** Vitest's own functions need a worker of Vitest. */
const environment = {
  stubEnv(/** @type {string} */ name, /** @type {string | undefined} */ value) {
    if (!stubbed.has(name)) stubbed.set(name, process.env[name]);
    set(name, value);
  },
  unstubAllEnvs() {
    for (const [name, value] of stubbed) set(name, value);
    stubbed.clear();
  },
  useFakeTimers(/** @type {{ readonly toFake: readonly string[], readonly now?: number }} */ wanted) {
    faked = 0;
    if (wanted.now !== undefined) environment.setSystemTime(wanted.now);
    if (!wanted.toFake.includes('setTimeout')) return;
    Object.assign(globalThis, { setTimeout: () => (faked += 1) });
  },
  useRealTimers() {
    Object.assign(globalThis, { setTimeout });
    Object.assign(Date, { now });
  },
  getTimerCount: () => faked,
  setSystemTime: (/** @type {number} */ time) => Object.assign(Date, { now: () => time }),
  async waitFor(/** @type {Hook} */ check) {
    for (const start = now(); ; await new Promise(resolve => setTimeout(resolve, 1))) {
      try {
        return await check();
      } catch (error) {
        if (now() - start > longestWaitMS) throw error;
      }
    }
  },
  /** Done by `modules.mjs`. */
  mock() {},
};

/** @param {string} name @param {string | undefined} value */
function set(name, value) {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

export const vi = Object.assign(Object.create(own), environment);
export { expect };
