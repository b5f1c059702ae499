import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { PoolWait } from '../../src/report/data/report-data.ts';
import { inBrowser } from './support/open-report.ts';
import { sampleData } from './support/sample-data.ts';

const open = inBrowser();

const colors = { bars: '185,138,29,255', timedOut: '192,33,58,255' };

function waiting(...waits: readonly Partial<PoolWait>[]) {
  const data = sampleData(20);
  return {
    ...data,
    waits: waits.map(wait => ({ process: '1', at: 20, ms: 60, timedOut: false, ...wait })),
    totals: { ...data.totals, waits: waits.length, longestWaitMS: 60 },
  };
}

/** How many pixels of a colour are below the times of the axis. */
function pixelsBelow(page: Page, color: string): Promise<number> {
  return page.locator('#axis').evaluate((element, wanted) => {
    const canvas = element as unknown as {
      width: number;
      height: number;
      getContext(kind: '2d'): { getImageData(...area: number[]): { data: Uint8ClampedArray } };
    };
    const { width, height } = canvas;
    if (height <= 56) return 0;
    const { data } = canvas.getContext('2d').getImageData(0, 56, width, height - 56);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) if (data.slice(at, at + 4).join() === wanted) found += 1;
    return found;
  }, color);
}

test('waits for a connection are drawn above the sessions, as high as operations waited at once', async () => {
  const { page } = await open(waiting({}));
  await expect.poll(() => pixelsBelow(page, colors.bars)).toBeGreaterThan(100);
  const one = await pixelsBelow(page, colors.bars);
  expect(await pixelsBelow(page, colors.timedOut)).toBe(0);
  // Half of the time of the first, and as many again: its bar is half as high outside of it.
  const { page: other } = await open(waiting({}, { at: 50, ms: 30 }));
  await expect.poll(() => pixelsBelow(other, colors.bars)).toBeGreaterThan(100);
  expect(await pixelsBelow(other, colors.bars)).toBeLessThan(one);
});

test('a wait that ended without a connection is marked', async () => {
  const { page } = await open(waiting({ timedOut: true }));
  await expect.poll(() => pixelsBelow(page, colors.timedOut)).toBeGreaterThan(20);
});

test('a run without waits has no space for them', async () => {
  const { page } = await open(sampleData(20));
  expect(await page.locator('#axis').evaluate(element => element.clientHeight)).toBe(54);
  expect(await page.locator('#waits-legend').isVisible()).toBe(false);
});

test('the waits are listed with their lines, the longest first: by a click on them, and by keyboard', async () => {
  const { page } = await open(
    waiting({ ms: 7, place: '/app/db/carts.js:3:1' }, { place: '/app/db/orders.js:9:1' }),
  );
  const rows = () => page.locator('#details tbody tr').allTextContents();
  await page.getByRole('button', { name: 'longest 60 ms' }).focus();
  await page.keyboard.press('Enter');
  expect(await rows()).toEqual([
    expect.stringMatching(/^60 ms.*got onedb\/orders\.js:9$/),
    expect.stringMatching(/^7 ms.*got onedb\/carts\.js:3$/),
  ]);
  await page.keyboard.press('Escape');
  expect(await page.locator(':focus').textContent()).toBe('longest 60 ms');
  await page.locator('#axis').click({ position: { x: 600, y: 70 } });
  expect(await rows()).toHaveLength(2);
});
