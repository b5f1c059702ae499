import { expect, test } from 'vitest';
import { inBrowser } from './support/open-report.ts';
import { finding, reportOfLines, traceOf } from './support/report-of.ts';

const open = inBrowser();

/** The farthest times that a `Date` knows, in milliseconds. */
const farthest = 8.64e15;

/** The report of a process whose clocks jump: what a damaged trace, or one of somebody else, may say. */
function jumping({ time, at }: { readonly time: number; readonly at: number }) {
  const lines = traceOf('start txn begin(a insert shop.orders) s2:start s2:begin(b) settle(a) commit end', [
    { finding, session: 1 },
    { finding, session: 2 },
  ]);
  const jumps = /"type":"(operation\.settled|session\.ended)"/;
  return reportOfLines(
    lines.map(text => {
      const line: Record<string, unknown> = JSON.parse(text);
      return JSON.stringify({ ...line, time, ...(jumps.test(text) && { at }) });
    }),
  );
}

test.each([
  { name: 'ends at the end of time', time: 1_800_000_000_000, at: farthest },
  { name: 'begins there', time: farthest, at: farthest },
  { name: 'goes back to the beginning', time: -farthest, at: -farthest },
  { name: 'has no time of day', time: 0, at: farthest },
])('a run that $name is shown, and can be moved through', async ({ time, at }) => {
  const { page, errors } = await open(jumping({ time, at }));
  await page.locator('.finding').first().click();
  await page.locator('#details h2').waitFor();
  await page.locator('#scroll').focus();
  for (const key of ['n', '0', '+', 'ArrowRight', '-', 'ArrowLeft', 'r', 'ArrowDown', 'Enter', 'p'])
    await page.keyboard.press(key);
  await page.getByRole('button', { name: 'Whole time' }).click();
  await expect.poll(() => page.locator('#shown').textContent()).toMatch(/^all of /);
  expect(await page.locator('h1').textContent()).toBe('1 problem with MongoDB sessions');
  expect(errors).toEqual([]);
});
