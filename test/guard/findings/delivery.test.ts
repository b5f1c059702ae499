import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { reporterFor } from '../../../src/guard/findings/delivery.ts';
import type { Finding } from '../../../src/guard/findings/finding.ts';
import { FindingHub } from '../../../src/guard/findings/finding-hub.ts';
import { clock } from '../../../src/platform/time/clock.ts';
import { meta, siteAt } from './sample.ts';

afterEach(() => void vi.restoreAllMocks());

/** A logger that takes texts. */
function newLogger() {
  const texts: string[] = [];
  const write = (text: string) => texts.push(text);
  return { texts, logger: { warn: write, error: write } };
}

interface Options {
  readonly logger?: ReturnType<typeof newLogger>['logger'] | undefined;
  readonly console?: boolean;
  readonly repeatAfterMS?: number;
}

/** A reporter, and what the outside hears of its findings. */
function newStage({ logger, console = false, repeatAfterMS }: Options = {}) {
  const [ofProcess, ofManager] = [new FindingHub(), new FindingHub()];
  const heard: string[] = [];
  ofProcess.add(() => void heard.push('process'));
  ofProcess.addForEveryTime(({ count }) => void heard.push(`process ${count}`));
  ofManager.add(() => void heard.push('manager'));
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const outlets = { console: () => console, logger };
  const reporter = reporterFor({ ofProcess, ofManager }, outlets, repeatAfterMS);
  const report = (log?: unknown): Finding | undefined => {
    const context = { read: () => ({ id: 'a', startedAt: 1 }), close() {}, log };
    return reporter.report(meta, 'warn', { messageId: 'late', site: siteAt('/app/a.js:1:2') }, context);
  };
  return { heard, warned, report };
}

test('The listeners of the manager and of the process hear of a finding once, and of its counts those for every time.', () => {
  const { heard, report } = newStage();
  report();
  report();
  expect(heard).toEqual(['manager', 'process', 'process 1', 'process 2']);
});

test('Without a logger a finding is a process warning, where that is wanted.', () => {
  const wanted = newStage({ console: true });
  wanted.report();
  expect(wanted.warned).toHaveBeenCalledTimes(1);
  const unwanted = newStage({ console: false });
  unwanted.warned.mockClear();
  unwanted.report();
  expect(unwanted.warned).not.toHaveBeenCalled();
});

test('The logger of a request comes before that of the manager.', () => {
  const [own, managers] = [newLogger(), newLogger()];
  const { report } = newStage({ logger: managers.logger });
  report(own.logger);
  expect([own.texts.length, managers.texts.length]).toEqual([1, 0]);
});

test('What a request’s own log has is a warning as well only if the manager has a logger and asks for both.', () => {
  const own = newLogger();
  const alone = newStage({ console: true });
  alone.report(own.logger);
  expect(own.texts).toHaveLength(1);
  expect(alone.warned).not.toHaveBeenCalled();
  const both = newStage({ console: true, logger: newLogger().logger });
  both.report(own.logger);
  expect(both.warned).toHaveBeenCalledTimes(1);
});

test('The log of a request that is no logger is left alone.', () => {
  const managers = newLogger();
  const { report } = newStage({ logger: managers.logger });
  report({ info() {} });
  expect(managers.texts).toHaveLength(1);
});

test('A place that is hit again is written again after an hour, and not before.', () => {
  const { texts, logger } = newLogger();
  const now = vi.spyOn(clock, 'now').mockReturnValue(0);
  onTestFinished(() => now.mockRestore());
  const { report } = newStage({ logger });
  report();
  now.mockReturnValue(3_599_999);
  report();
  expect(texts).toHaveLength(1);
  now.mockReturnValue(3_600_000);
  report();
  expect(texts).toHaveLength(2);
  // The hour begins again.
  now.mockReturnValue(7_199_999);
  report();
  expect(texts).toHaveLength(2);
  now.mockReturnValue(7_200_000);
  report();
  expect(texts).toHaveLength(3);
});

test('The hour may be another time.', () => {
  const { texts, logger } = newLogger();
  const { report } = newStage({ logger, repeatAfterMS: 0 });
  for (let time = 0; time < 3; time += 1) report();
  expect(texts).toHaveLength(3);
});
