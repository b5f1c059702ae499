import { expect, onTestFinished, test } from 'vitest';
import type { Finding, Occurrence } from '../../../src/guard/findings/finding.ts';
import { FindingHub } from '../../../src/guard/findings/finding-hub.ts';
import { noticeListeners } from '../../../src/platform/notices.ts';
import { finding } from './sample.ts';

const occurrence: Occurrence = { client: 1, session: 2 };

/** The notices of a test. */
function notices(): string[] {
  const heard: string[] = [];
  const listener = (_code: string, message: string) => void heard.push(message);
  noticeListeners.add(listener);
  onTestFinished(() => void noticeListeners.delete(listener));
  return heard;
}

test('A listener gets a finding once, and one for every time also when it is counted, until they are removed.', () => {
  const hub = new FindingHub();
  const once: unknown[][] = [];
  const always: unknown[][] = [];
  const removeOnce = hub.add((...args: readonly unknown[]) => void once.push([...args]));
  const removeAlways = hub.addForEveryTime((...args) => void always.push(args));
  hub.deliver(finding, occurrence);
  hub.countAgain(finding, { client: 3 });
  expect(once.map(([what]) => what)).toEqual([finding]);
  expect(always).toEqual([
    [finding, occurrence],
    [finding, { client: 3 }],
  ]);
  removeOnce();
  removeAlways();
  hub.deliver(finding);
  hub.countAgain(finding);
  expect([once, always].map(({ length }) => length)).toEqual([1, 2]);
});

test('A listener that throws is removed from both lists with a notice; the others get the finding.', () => {
  const heard = notices();
  const hub = new FindingHub();
  const seen: Finding[] = [];
  let calls = 0;
  const broken = () => {
    calls += 1;
    throw new Error('full');
  };
  hub.add(broken);
  hub.addForEveryTime(broken);
  hub.add(one => void seen.push(one));
  hub.addForEveryTime(one => void seen.push(one));
  hub.deliver(finding);
  hub.deliver(finding);
  hub.countAgain(finding);
  expect(calls).toBe(1);
  expect(seen).toHaveLength(5);
  expect(heard).toEqual([expect.stringContaining('A listener for findings has thrown')]);
});

test('An async listener that is rejected stays, and its rejection is nobody else’s.', async () => {
  const heard = notices();
  const hub = new FindingHub();
  let calls = 0;
  hub.add(async () => {
    calls += 1;
    throw new RangeError('late');
  });
  hub.deliver(finding);
  hub.deliver(finding);
  await new Promise(resolve => setImmediate(resolve));
  expect(calls).toBe(2);
  expect(heard).toEqual([expect.stringContaining('A listener for findings was rejected. (RangeError')]);
});
