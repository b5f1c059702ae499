import { describe, expect, test } from 'vitest';
import { faintTexts } from './support/contrast.ts';
import { inBrowser } from './support/open-report.ts';
import { finding, sampleData, session } from './support/sample-data.ts';

const open = inBrowser();

/** Something of everything that the page can show. */
function everything() {
  const data = sampleData(20);
  const categories = ['correctness', 'suspicious', 'performance', 'config'] as const;
  const findings = categories.map((category, index) =>
    finding({ key: `f${index + 1}`, category, place: `/app/${category}.js:${index}:1` }),
  );
  const [before] = findings;
  const { title, start, end, totals } = data;
  const gone = finding({ key: 'gone', rule: 'session-leak', place: '/app/gone.js:1:1' });
  return {
    ...data,
    findings,
    sessions: [
      session(1, { marks: findings.map(({ key }) => ({ finding: key, at: 12 })) }),
      ...data.sessions.slice(1),
    ],
    totals: { ...totals, failed: 2, unknown: 1, aborted: 3, committed: 10, waits: 1, longestWaitMS: 4 },
    waits: [{ process: '1', at: 3, ms: 4, timedOut: true }],
    against: { title, start, end, totals, findings: [...(before === undefined ? [] : [before]), gone] },
  };
}

describe.each(['light', 'dark'] as const)('in the %s theme', colorScheme => {
  test('every text has a contrast of 4.5 or more, also of a list, a finding and a session', async () => {
    const { page, errors } = await open(everything(), { colorScheme });
    expect(await faintTexts(page)).toEqual([]);
    await page.locator('.finding').first().click();
    expect(await faintTexts(page)).toEqual([]);
    await page.locator('#scroll').focus();
    await page.keyboard.press('n');
    await expect.poll(() => page.locator('#details table').count()).toBe(1);
    expect(await faintTexts(page)).toEqual([]);
    await page.getByRole('button', { name: 'longest 4 ms' }).click();
    expect(await faintTexts(page)).toEqual([]);
    expect(errors).toEqual([]);
  });
});

test.each([390, 1280])('at a width of %i nothing is outside the page', async width => {
  const { page } = await open(everything(), { width });
  expect(await page.locator('html').evaluate(element => element.scrollWidth)).toBe(width);
  await page.locator('.finding').first().click();
  const panel = await page.locator('#details').boundingBox();
  expect((panel?.x ?? -1) >= 0 && (panel?.width ?? 9999) <= width).toBe(true);
});

test('the sentence comes before the id of the rule, and the search shows its whole hint', async () => {
  const { page } = await open(everything(), { width: 1280 });
  const words = await page.locator('.finding .words').first().textContent();
  expect(words?.indexOf('find on shop.users')).toBe(0);
  expect(words).toContain('use-after-end');
  const cut = await page.locator('#search').evaluate(element => element.scrollWidth - element.clientWidth);
  expect(cut).toBe(0);
});

test('the counts of the categories and of the outcomes are in the first lines, also for screen readers', async () => {
  const { page } = await open(everything());
  const kinds = page.getByRole('group', { name: 'Show findings' });
  expect(await kinds.getByRole('button').allTextContents()).toEqual([
    '1 correctness 3 times',
    '1 suspicious 3 times',
    '1 performance 3 times',
    '1 config 3 times',
    '3 new',
    '1 gone',
  ]);
  const outcomes = page.getByRole('list', { name: 'How transactions ended' });
  expect(await outcomes.getByRole('listitem').allTextContents()).toEqual([
    '10 committed',
    '3 aborted',
    '2 commit failed',
    '1 outcome unknown',
    '4 not ended',
  ]);
});

test('in a run of several days a time has its day, but on the first', async () => {
  const day = 86_400_000;
  const lasting = finding({ last: 2 * day });
  const { page } = await open({ ...sampleData(5), findings: [lasting], end: 2 * day + 10 });
  const [since, last] = await page.locator('.finding .often > span').allTextContents();
  expect(since).toMatch(/^since \d\d:\d\d:\d\d$/);
  expect(last).toMatch(/^last \S+ \S+ \d\d:\d\d:\d\d$/);
});
