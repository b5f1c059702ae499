import { expect, test } from 'vitest';
import { inBrowser } from './support/open-report.ts';
import { sampleData, session } from './support/sample-data.ts';

const open = inBrowser();

/** As far away as a date can be, nearly: a number of this size has no fraction, and a step of a pixel may add nothing to it. */
const far = 8e15;

test('a session whose time is as far away as a date can be is drawn', async () => {
  const data = sampleData(1, { start: 1, end: far, sessions: [session(1, { at: far, endedAt: far })] });
  const { page, errors } = await open(data);
  expect(await page.locator('.label').count()).toBe(1);
  expect(errors).toEqual([]);
});

test('a wait whose time is as far away as a date can be is drawn, in a row of now', async () => {
  const attempts = [{ at: 11, drain: { at: far, endedAt: 2 * far, pending: [] } }];
  const transactions = [{ byHand: false, at: 11, endedAt: 18, outcome: 'committed' as const, attempts }];
  const data = sampleData(1, { end: 2 * far, sessions: [session(1, { transactions })] });
  const { page, errors } = await open(data);
  expect(await page.locator('.label').count()).toBe(1);
  expect(errors).toEqual([]);
});
