import type { CleanWatch } from '../clean-watch.ts';
import { separator } from '../clean-watch.ts';
import type { TestHooks } from './hooks.ts';
import { testOfCode } from '../running-test.ts';
import { operationsInFlight, waitForOperations } from '../wait-for-operations.ts';

interface Named {
  readonly name: string;
}

interface Suite extends Named {
  readonly suite?: Suite | undefined;
}

/** The argument with which vitest calls hooks. */
interface Context {
  readonly task: Suite;
  readonly onTestFinished: (done: () => Promise<void>) => void;
}

// vitest reads the names of a hook's fixtures from the text of its parameter.

/** The check comes after all of the test's own hooks. */
export function hookIntoVitest(watch: CleanWatch, hooks: TestHooks): void {
  if (hooks.aroundEach !== undefined) hookAround(watch, hooks.aroundEach);
  else hookBefore(watch, hooks.beforeEach);
  hooks.afterAll?.(async () => {
    await waitForOperations(new Set());
    watch.checkLate();
  });
}

function hookAround(watch: CleanWatch, aroundEach: NonNullable<TestHooks['aroundEach']>): void {
  aroundEach(async (runTest: () => Promise<void>, { task }: Pick<Context, 'task'>) => {
    const before = operationsInFlight();
    const test = watch.begin(nameOf(task));
    await testOfCode.run(test, runTest);
    await waitForOperations(before);
    watch.end(test);
  });
}

function hookBefore(watch: CleanWatch, beforeEach: TestHooks['beforeEach']): void {
  beforeEach(({ task, onTestFinished }: Context) => {
    const before = operationsInFlight();
    const test = watch.begin(nameOf(task));
    onTestFinished(async () => {
      await waitForOperations(before);
      watch.end(test);
    });
  });
}

function nameOf(task: Suite): string {
  const names = [task.name];
  for (let { suite } = task; suite !== undefined; { suite } = suite) names.unshift(suite.name);
  return names.filter(name => name !== '').join(separator);
}
