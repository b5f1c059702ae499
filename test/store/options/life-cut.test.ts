import { expect, onTestFinished, test } from 'vitest';
import { noticeListeners } from '../../../src/platform/notices.ts';
import { LifeCut, lifeCutText } from '../../../src/store/options/life-cut.ts';

/** The warnings of a test. */
function warnings(): string[] {
  const heard: string[] = [];
  const listener = (_code: string, message: string) => void heard.push(message);
  noticeListeners.add(listener);
  onTestFinished(() => void noticeListeners.delete(listener));
  return heard;
}

test('sessions that the absolute limit ends before their idle time are warned about once', () => {
  const heard = warnings();
  const cut = new LifeCut(60_000);
  cut.warn('The maxAge of a cookie (1)', 60_000);
  expect(heard).toEqual([]);
  cut.warn('The maxAge of a cookie (1)', 60_001);
  cut.warn('The maxAge of a cookie (2)', 90_000);
  expect(heard).toEqual([lifeCutText('The maxAge of a cookie (1)', 60_001, 60_000)]);
});

test('the limit of a session of its own comes before that of the store', () => {
  const heard = warnings();
  const cut = new LifeCut(60_000);
  cut.warn('The maxAge of a cookie (3)', 90_000, 100_000);
  expect(heard).toEqual([]);
  cut.warn('The maxAge of a cookie (3)', 50_000, 40_000);
  expect(heard).toHaveLength(1);
});

test('the text has the source and both times, in seconds', () => {
  expect(lifeCutText('The maxAge', 90_400, 60_000)).toMatch(
    /^The maxAge is 90 s, and absoluteSeconds of the store 60: sessions end 60 s after their log-in/,
  );
});
