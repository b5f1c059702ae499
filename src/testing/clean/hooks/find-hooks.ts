import { createRequire } from 'node:module';
import { invalidOption } from '../../../errors/errors.ts';
import { isHooks, type TestHooks } from './hooks.ts';

/** `vitest`: its hooks are called with the test's context. `other`: those of Jest, mocha and node:test. */
export interface FoundHooks {
  readonly runner: 'vitest' | 'other';
  readonly hooks: TestHooks;
  /** True for global functions: then later callers use the same hooks. */
  readonly areGlobal: boolean;
}

/** The hooks of the runner of this process; the hooks of node:test if no runner is found. */
export function findHooks(given: TestHooks | undefined): FoundHooks {
  const runner = isVitest() ? 'vitest' : 'other';
  if (given !== undefined) return { runner, hooks: given, areGlobal: false };
  const globals: unknown = globalThis;
  if (isHooks(globals)) return { runner, hooks: globals, areGlobal: true };
  const vitest: unknown = Reflect.get(globalThis, '__vitest_index__');
  if (isHooks(vitest)) return { runner, hooks: vitest, areGlobal: false };
  if (isMocha()) throw tooEarlyForMocha();
  return { runner, hooks: nodeTest(), areGlobal: false };
}

function isVitest(): boolean {
  return '__vitest_worker__' in globalThis;
}

/** The command of mocha, or one of its workers. */
function isMocha(): boolean {
  return /(?:[\\/]_?mocha(?:\.c?js)?$)|[\\/]node_modules[\\/]mocha[\\/](?:bin|lib)[\\/]/.test(
    process.argv[1] ?? '',
  );
}

function tooEarlyForMocha(): Error {
  return invalidOption(
    "expectClean was called before mocha has made its hooks, so it would see no test. Load the file that calls it with mocha's option --file ('file' in .mocharc), not with --require, or call it at the top of a test file.",
  );
}

function nodeTest(): TestHooks {
  const hooks: unknown = createRequire(import.meta.url)('node:test');
  if (isHooks(hooks)) return hooks;
  throw new TypeError('node:test has no hooks.');
}
