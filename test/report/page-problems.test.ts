import { expect, test } from 'vitest';
import { inBrowser } from './support/open-report.ts';
import { finding, sampleData } from './support/sample-data.ts';

const open = inBrowser();

const first = finding({
  key: 'f1',
  rule: 'parallel-in-transaction',
  message: 'B was begun while A was in flight.',
});
const parts = [1, 2, 3, 4, 5].map(number =>
  finding({ key: `part ${number}`, message: `Operation ${number} came late.`, count: 2, partOf: 'f1' }),
);
const other = finding({
  key: 'f9',
  rule: 'session-leak',
  category: 'suspicious',
  message: 'It was left open.',
});

/** One mistake with six findings, and another one. */
function problems() {
  return sampleData(20, { findings: [first, ...parts, other] });
}

test('findings that come after another one are below it, as one problem; all of them can be shown', async () => {
  const { page, errors } = await open(problems());
  expect(await page.locator('h1').textContent()).toBe('2 problems with MongoDB sessions');
  expect(await page.locator('#summary').textContent()).toContain('16 times at 7 places');
  expect(await page.locator('#findings > li').count()).toBe(2);
  const below = page.getByRole('list', { name: 'What comes after it in the same transaction or session' });
  expect(await below.locator('.message').allTextContents()).toEqual(
    parts.slice(0, 4).map(part => part.message),
  );
  expect(await below.locator('.part').first().textContent()).toContain('2 times');
  await page.getByRole('button', { name: 'Show all 7 findings' }).click();
  expect(await below.locator('.message').count()).toBe(5);
  await page.getByRole('button', { name: 'Show fewer' }).click();
  expect(await below.locator('.message').count()).toBe(4);
  expect(errors).toEqual([]);
});

test('the details of a finding lead to the others of its problem, by keyboard too', async () => {
  const { page } = await open(problems());
  await page.getByText('Operation 2 came late.').click();
  const details = page.locator('#details');
  expect(await details.locator('.chip').count()).toBe(5);
  await details.getByRole('button', { name: first.message }).focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('#details h2:focus').textContent()).toBe(first.message);
  await page.keyboard.press('Escape');
  expect(await page.locator(':focus').getAttribute('data-key')).toBe('part 2');
});

test('a category shows its findings alone, also those whose first one is of another', async () => {
  const lesser = finding({ key: 'f2', category: 'suspicious', message: 'It took long.', partOf: 'f1' });
  const { page } = await open(sampleData(20, { findings: [first, lesser, other] }));
  await page.getByRole('button', { name: '2 suspicious' }).click();
  expect(await page.locator('#findings > li > .finding .message').allTextContents()).toEqual([
    'It took long.',
    'It was left open.',
  ]);
});
