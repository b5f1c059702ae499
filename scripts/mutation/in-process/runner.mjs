// @ts-check
// A test runner for Stryker that loads the tests of a room once, and runs them on each change in one process. To start Vitest
// for a change takes longer than the tests of a room that need no server.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { testsByNeed } from '../../ci/tests-by-need.mjs';
import { chosenRoom, environment } from '../rooms.mjs';

/** @typedef {import('./vitest.mjs').Test} Test */
/** @typedef {import('./vitest.mjs').Suite} Suite */
/** @typedef {{ activeMutant?: string | undefined, currentTestId?: string | undefined, hitCount?: number | undefined, hitLimit?: number | undefined, mutantCoverage?: unknown }} Namespace */
/** @typedef {{ readonly name: string, readonly failure?: { readonly error: unknown }, readonly hangs: boolean, readonly timeSpentMs: number }} Outcome */

/** The changed code reads here which change is active. */
const ofStryker = '__stryker__';

/** In the sandbox: a change may be tried by another process than that of the first run. */
const timesFile = 'test-times.json';

/** A test that takes longer hangs. */
const longestMS = 60_000;

class InProcessRunner {
  /** @type {Namespace} */
  #namespace;
  /** @type {readonly Test[]} */
  #tests = [];
  /** @type {(() => unknown)[]} */
  #finishers = [];
  /** No change was active in this process yet. */
  #isFresh = true;
  /** A change has left something behind: the next one needs a new process. */
  #isSpoilt = false;

  constructor() {
    const all = /** @type {Record<string, Namespace | undefined>} */ (/** @type {unknown} */ (globalThis));
    this.#namespace = all[ofStryker] ??= {};
  }

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    Object.assign(process.env, environment);
    register('./modules.mjs', import.meta.url);
    const { tests, finishers, collect } = await import('./vitest.mjs');
    const room = chosenRoom();
    for (const file of testsByNeed(process.cwd()).quick) {
      const replaces = room.tests.test(file) ? whatIsReplaced(file) : 'other modules';
      const url = pathToFileURL(join(process.cwd(), file)).href;
      if (replaces !== 'other modules')
        await collect(file, () => import(replaces === 'timers' ? `${url}?held` : url));
    }
    this.#tests = tests;
    this.#finishers = finishers;
  }

  async dryRun() {
    const outcomes = await this.#run(this.#tests, false);
    const { mutantCoverage } = this.#namespace;
    const times = Object.fromEntries(outcomes.map(({ name, timeSpentMs }) => [name, timeSpentMs]));
    writeFileSync(timesFile, JSON.stringify(times));
    return { status: 'complete', tests: outcomes.map(resultOf), mutantCoverage };
  }

  /** @param {{ activeMutant: { id: string }, testFilter?: string[], hitLimit?: number }} options */
  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    // Stryker starts another process, and asks that one.
    if (this.#isSpoilt) throw new Error('A change before has left something behind.');
    const wanted = testFilter && new Set(testFilter);
    const times = timesOfTests();
    const tests = this.#tests
      .filter(({ name }) => wanted?.has(name) !== false)
      .toSorted((a, b) => (times[a.name] ?? 0) - (times[b.name] ?? 0));
    const wasFresh = this.#isFresh;
    this.#isFresh = false;
    Object.assign(this.#namespace, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
    const outcomes = await this.#run(tests, true);
    this.#namespace.activeMutant = undefined;
    const { hitCount = 0 } = this.#namespace;
    const last = outcomes.at(-1);
    if (hitLimit !== undefined && hitCount > hitLimit) return this.#timeout('It runs without end.');
    if (last?.hangs === true) return this.#timeout(`The test hangs: ${last.name}`);
    const nrOfTests = outcomes.length;
    if (last?.failure === undefined) return { status: 'survived', nrOfTests };
    await this.#check(last, wasFresh);
    const failureMessage = textOf(last.failure.error);
    return { status: 'killed', killedBy: [last.name], failureMessage, nrOfTests };
  }

  /** @param {string} reason */
  #timeout(reason) {
    this.#isSpoilt = true;
    return { status: 'timeout', reason };
  }

  /** A test that fails also without the change says nothing of it, unless nothing else was changed before. @param {Outcome} failed @param {boolean} wasFresh */
  async #check({ name }, wasFresh) {
    const again = await this.#run(
      this.#tests.filter(test => test.name === name),
      true,
    );
    if (again.every(({ failure }) => failure === undefined)) return;
    this.#isSpoilt = true;
    if (!wasFresh) throw new Error(`This test fails without the change: ${name}`);
  }

  /**
   * @param {readonly Test[]} tests
   * @param {boolean} stopsAtFailure
   */
  async #run(tests, stopsAtFailure) {
    /** @type {Outcome[]} */
    const outcomes = [];
    /** @type {Set<Suite>} */
    const begun = new Set();
    for (const test of tests) {
      const start = performance.now();
      this.#namespace.currentTestId = test.name;
      const failure = await within(() => this.#one(test, begun));
      this.#namespace.currentTestId = undefined;
      outcomes.push({
        name: test.name,
        ...(failure !== undefined && { failure }),
        hangs: failure?.error === late,
        timeSpentMs: performance.now() - start,
      });
      if (stopsAtFailure && failure !== undefined) break;
    }
    for (const { afterAll } of [...begun].toReversed()) for (const hook of afterAll) await quietly(hook);
    return outcomes;
  }

  /** @param {Test} test @param {Set<Suite>} begun */
  async #one({ suites, body }, begun) {
    for (const suite of suites) {
      if (begun.has(suite)) continue;
      begun.add(suite);
      for (const hook of suite.beforeAll) await hook();
    }
    const inner = suites.toReversed();
    try {
      for (const { before } of suites) for (const hook of before) await hook();
      await body();
    } finally {
      for (const { after } of inner) for (const hook of after) await hook();
      for (const finish of this.#finishers.splice(0).toReversed()) await finish();
    }
  }
}

/** How long each test took in the first run: the quickest run first, and for most changes no other has to. @returns {Record<string, number>} */
function timesOfTests() {
  return existsSync(timesFile) ? JSON.parse(readFileSync(timesFile, 'utf8')) : {};
}

/** By `vi.mock`: `modules.mjs` can replace timers, and nothing else. @param {string} file */
function whatIsReplaced(file) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes('vi.mock(')) return 'nothing';
  return text.includes('/held-timers.ts') ? 'timers' : 'other modules';
}

const late = new Error('late');

/** @param {() => Promise<unknown>} run @returns {Promise<{ error: unknown } | undefined>} */
async function within(run) {
  const timer = new AbortController();
  const limit = new Promise((_, reject) => {
    const timeout = setTimeout(() => reject(late), longestMS);
    timer.signal.addEventListener('abort', () => clearTimeout(timeout));
  });
  try {
    await Promise.race([run(), limit]);
    return undefined;
  } catch (error) {
    return { error };
  } finally {
    timer.abort();
  }
}

/** @param {() => unknown} hook */
async function quietly(hook) {
  try {
    await hook();
  } catch {
    // The tests of the next change start from their beginning.
  }
}

/** In the terms of Stryker, which runs a change again if a file of its tests has changed. @param {Outcome} outcome */
function resultOf({ name, failure, timeSpentMs }) {
  const [status, failureMessage] = failure === undefined ? [0, ''] : [1, textOf(failure.error)];
  const [file = ''] = name.split(' > ');
  return { id: name, name, fileName: join(process.cwd(), file), timeSpentMs, status, failureMessage };
}

/** @param {unknown} error */
function textOf(error) {
  return error instanceof Error ? error.message : String(error);
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', injectableClass: InProcessRunner }];
