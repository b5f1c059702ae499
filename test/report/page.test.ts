import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { inBrowser } from './support/open-report.ts';
import { markup, sampleData } from './support/sample-data.ts';

const open = inBrowser();

/** The requests of the sessions whose rows exist as elements. */
async function labels(page: Page): Promise<string[]> {
  const titles = await page.locator('.label span').allTextContents();
  const ids = await page.locator('.label i').allTextContents();
  return titles.map((title, index) => `${title} ${ids[index]}`);
}

test('the page says in its first lines what went wrong, where, how often and since when, and fetches nothing', async () => {
  const { page, errors, requests } = await open(sampleData(20));
  expect(await page.locator('h1').textContent()).toBe('1 problem with MongoDB sessions');
  expect(await page.locator('#summary').textContent()).toContain('3 times at 1 place, since ');
  const card = await page.locator('.finding').textContent();
  expect(card).toContain('use-after-end');
  expect(card).toContain('users.js:14');
  expect(card).toContain('GET /users/:id');
  expect(card).toContain('3 times');
  expect(errors).toEqual([]);
  expect(requests).toEqual([page.url()]);
});

test('texts of the program are shown as texts, never as markup', async () => {
  const { page, errors } = await open(sampleData(3));
  expect(await page.locator('#summary').textContent()).toContain(markup);
  expect(await page.locator('.finding .message').textContent()).toContain(markup);
  expect(await page.locator('main img, main b:has-text("bold"), header b').count()).toBe(0);
  expect(await page.title()).toContain('node app.js');
  expect(errors).toEqual([]);
});

test('a report without findings says so', async () => {
  const { page } = await open(sampleData(3, { findings: [] }));
  expect(await page.locator('h1').textContent()).toBe('No findings');
  expect(await page.locator('#what').isVisible()).toBe(false);
});

test('a click on a finding shows the code, the fix and the page; Escape closes it and gives the focus back', async () => {
  const { page } = await open(sampleData(150));
  await page.locator('.finding').click();
  const details = page.locator('#details');
  expect(await details.locator('pre .fault').first().textContent()).toContain('users.findOne');
  expect(await details.textContent()).toContain('Use the session before its end.');
  expect(await details.textContent()).toContain('docs/rules/use-after-end.md');
  await details.getByText('Show its sessions').click();
  await expect.poll(() => page.locator('#matching').textContent()).toBe('2 of 150 sessions');
  await page.keyboard.press('Escape');
  expect(await details.isVisible()).toBe(false);
  expect(await page.locator(':focus').getAttribute('class')).toBe('finding');
});

describe('filters', () => {
  test.each([
    { name: 'rule', value: 'use-after-end', count: 3 },
    { name: 'route', value: 'POST /orders', count: 100 },
    { name: 'collection', value: 'shop.stock', count: 150 },
    { name: 'outcome', value: 'retried', count: 300 },
  ])('by $name', async ({ name, value, count }) => {
    const { page } = await open(sampleData(300));
    await page.locator(`#filter-${name}`).selectOption(value);
    expect(await page.locator('#matching').textContent()).toBe(`${count} of 300 sessions`);
    await page.locator('#clear').click();
    expect(await page.locator('#matching').textContent()).toBe('300 sessions');
  });

  test('by a search, and a search without a match says so', async () => {
    const { page } = await open(sampleData(300));
    await page.locator('#search').fill('shop.stock session 300');
    expect(await page.locator('#matching').textContent()).toBe('1 of 300 sessions');
    await expect.poll(() => labels(page)).toEqual(['POST /orders #300']);
    await page.locator('#search').fill('nothing like it');
    await expect.poll(() => page.locator('#empty').isVisible()).toBe(true);
  });
});

test('by keyboard alone: rows, the next finding, details, zoom; screen readers get each session in words', async () => {
  const { page } = await open(sampleData(300));
  await page.locator('#scroll').focus();
  await page.keyboard.press('ArrowDown');
  const active = () => page.locator('#scroll').getAttribute('aria-activedescendant');
  await expect.poll(active).toBe('row-1');
  const words = await page.locator('#row-1').getAttribute('aria-label');
  expect(words).toContain('session 2 of orders.js:8');
  expect(words).toContain('1 transaction: committed after 2 attempts');
  expect(await page.locator('#row-1').getAttribute('aria-setsize')).toBe('300');
  await page.keyboard.press('n');
  await expect.poll(active).toBe('row-100');
  expect(await page.locator('#details h2').textContent()).toContain('#101');
  expect(await page.locator('#details').textContent()).toContain('MongoServerError (WriteConflict)');
  await page.keyboard.press('End');
  await expect.poll(active).toBe('row-299');
  await page.keyboard.press('Enter');
  expect(await page.locator('#details h2').textContent()).toContain('#300');
});

test('with 10,000 sessions there are elements for the rows that can be seen, and no others', async () => {
  const { page, errors } = await open(sampleData(10_000));
  expect(await page.locator('#matching').textContent()).toBe(`${(10_000).toLocaleString('en-US')} sessions`);
  expect((await labels(page)).length).toBeLessThan(40);
  await page.locator('#scroll').evaluate(element => element.scrollTo(0, element.scrollHeight));
  await expect.poll(async () => (await labels(page)).at(-1)).toBe('POST /carts/:id #10000');
  expect((await labels(page)).length).toBeLessThan(40);
  expect(errors).toEqual([]);
});

test.each(['light', 'dark'] as const)(
  'the timeline is drawn in the %s theme: bars, and the colour of a finding',
  async scheme => {
    const { page } = await open(sampleData(20), { colorScheme: scheme });
    const seen = await page.locator('#canvas').evaluate(element => {
      const canvas = element as unknown as {
        width: number;
        height: number;
        getContext(kind: '2d'): { getImageData(...area: number[]): { data: Uint8ClampedArray } };
      };
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const colors = new Set<string>();
      for (let at = 0; at < data.length; at += 4) colors.add(data.slice(at, at + 4).join());
      return [...colors];
    });
    const correctness = { light: '192,33,58,255', dark: '255,107,127,255' }[scheme];
    const operation = { light: '47,111,214,255', dark: '110,163,245,255' }[scheme];
    expect(seen).toContain(correctness);
    expect(seen).toContain(operation);
  },
);
