import { expect, test } from 'vitest';
import { inBrowser } from './support/open-report.ts';
import { finding, sampleData } from './support/sample-data.ts';

const open = inBrowser();

const stays = finding();
const fresh = finding({
  key: 'f2',
  rule: 'session-leak',
  category: 'suspicious',
  message: 'The session was never ended.',
  place: '/app/carts.js:7:3',
  codeFrame: '> 7 | const session = client.startSession();',
  count: 5,
});
const gone = finding({
  key: 'f3',
  rule: 'swallowed-error',
  message: 'The error was caught.',
  place: '/app/orders.js:30:3',
  codeFrame: '> 30 | } catch {}',
  count: 12,
});

/** A run with one finding of the run before, and a new one; another one of the run before is gone. */
function compared() {
  const earlier = sampleData(10, { title: 'before.ndjson', findings: [{ ...stays, count: 40 }, gone] });
  const { title, start, end, totals, findings } = earlier;
  return sampleData(20, {
    findings: [stays, fresh],
    against: { title, start: start - 86_400_000, end, totals, findings },
  });
}

test('two runs are compared on the page: findings that are new, as before or gone, and how often each was made', async () => {
  const { page, errors } = await open(compared());
  const banner = await page.locator('#compared').textContent();
  expect(banner).toContain('Compared with before.ndjson of November 28, 2026');
  expect(banner).toContain('1 new1 as before1 gone');
  const often = await page.locator('.finding .often').allTextContents();
  expect(often.map(text => text.replace(/(since|at|last) .*/, ''))).toEqual([
    '3 timesbefore: 40 times',
    '5 timesnew',
    'gonebefore: 12 times',
  ]);
  expect(await page.locator('.tile').first().textContent()).toContain('before: 10');
  expect(errors).toEqual([]);
});

test('the list can be limited to new findings, to findings that are gone, and to a category', async () => {
  const { page } = await open(compared());
  const messages = () => page.locator('.finding .message').allTextContents();
  await page.getByRole('button', { name: '1 new' }).click();
  expect(await messages()).toEqual([fresh.message]);
  await page.getByRole('button', { name: '1 gone' }).click();
  expect(await messages()).toEqual([gone.message]);
  await page.getByRole('button', { name: '1 correctness 3 times' }).click();
  expect(await messages()).toEqual([stays.message]);
  await page.keyboard.press('Enter');
  expect(await messages()).toHaveLength(3);
});

test('a finding that is gone shows the code and the times of the run before', async () => {
  const { page } = await open(compared());
  await page.getByText(gone.message).click();
  const details = page.locator('#details');
  expect(await details.locator('h2').textContent()).toBe(gone.message);
  const text = await details.textContent();
  expect(text).toContain('30 | } catch {}');
  expect(text).toContain('In the run before12 times');
  expect(text).not.toContain('Show its sessions');
  await page.keyboard.press('Escape');
  expect(await page.locator(':focus').getAttribute('data-key')).toBe('gone f3');
});

test('a page without an earlier run has no word of one', async () => {
  const { page } = await open(sampleData(5));
  expect(await page.locator('#compared').isVisible()).toBe(false);
  expect(await page.locator('main').textContent()).not.toContain('before:');
});
