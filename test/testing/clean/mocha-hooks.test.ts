import { expect, test } from 'vitest';
import { CleanWatch } from '../../../src/testing/clean/clean-watch.ts';
import type { RegisterHook } from '../../../src/testing/clean/hooks/hooks.ts';
import { hookIntoOther } from '../../../src/testing/clean/hooks/other-hooks.ts';
import { NotCleanError } from '../../../src/testing/clean/not-clean-error.ts';
import { finding } from '../../guard/findings/sample.ts';

type Hook = Parameters<RegisterHook>[0];

/** Runs tests as mocha does: a hook that throws ends the run, and the error of a hook fails the test. */
class Mocha {
  readonly #before: Hook[] = [];
  readonly #after: Hook[] = [];
  readonly ran: string[] = [];
  readonly failed: (readonly [test: string, error: unknown])[] = [];

  readonly hooks = {
    beforeEach: (hook: Hook) => this.#before.push(hook),
    afterEach: (hook: Hook) => this.#after.push(hook),
  };

  async run(tests: Readonly<Record<string, () => void>>): Promise<void> {
    for (const [name, body] of Object.entries(tests)) {
      for (const hook of this.#before) await this.#call(hook, name);
      this.ran.push(name);
      body();
      for (const hook of this.#after) await this.#call(hook, name);
    }
  }

  async #call(hook: Hook, name: string): Promise<void> {
    const self = { error: (error: unknown) => this.failed.push([name, error]) };
    await hook.call({ currentTest: { titlePath: () => ['suite', name] }, test: self });
  }
}

test('in mocha a finding fails its test, and the tests behind it run', async () => {
  const watch = new CleanWatch();
  const mocha = new Mocha();
  hookIntoOther(watch, { runner: 'other', hooks: mocha.hooks, areGlobal: false });
  const bad = () => watch.heard(finding);
  await mocha.run({ good: () => {}, bad, worse: bad, better: () => {} });
  expect(mocha.ran).toEqual(['good', 'bad', 'worse', 'better']);
  expect(mocha.failed.map(([name]) => name)).toEqual(['bad', 'worse']);
  for (const [name, error] of mocha.failed) {
    expect(error).toBeInstanceOf(NotCleanError);
    expect(error).toMatchObject({ message: expect.stringContaining(`"suite > ${name}" ran`) });
  }
});
