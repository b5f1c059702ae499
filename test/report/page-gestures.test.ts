import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { inBrowser } from './support/open-report.ts';
import { sampleData } from './support/sample-data.ts';

const open = inBrowser();

const units = { ms: 1, s: 1000 };

/** How much time is shown, in milliseconds. */
async function shownMS(page: Page): Promise<number> {
  const text = (await page.locator('#shown').textContent()) ?? '';
  const [, number, unit] = /^(?:all of )?([\d.]+) (ms|s)\b/.exec(text) ?? [];
  return Number(number) * units[unit as keyof typeof units];
}

/** The page of 300 sessions with its whole time, and the middle of its rows. */
async function opened(look = {}) {
  const { page, errors } = await open(sampleData(300), look);
  await page.getByRole('button', { name: 'Whole time' }).click();
  await expect.poll(() => page.locator('#shown').textContent()).toBe('all of 3.01 s');
  const canvas = page.locator('#canvas');
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('the canvas cannot be seen');
  const middle = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + 150) };
  return { page, errors, middle };
}

describe('the wheel', () => {
  test('zooms on the axis, in both directions', async () => {
    const { page, errors } = await opened();
    await page.locator('#axis').hover({ position: { x: 700, y: 40 } });
    await page.mouse.wheel(0, -500);
    await expect.poll(() => shownMS(page)).toBeLessThan(1500);
    await page.mouse.wheel(0, 5000);
    await expect.poll(() => page.locator('#shown').textContent()).toBe('all of 3.01 s');
    expect(errors).toEqual([]);
  });

  test('zooms on the rows with Ctrl; without, it scrolls them', async () => {
    const { page, middle } = await opened();
    await page.mouse.move(middle.x, middle.y);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -300);
    await page.keyboard.up('Control');
    await expect.poll(() => shownMS(page)).toBeLessThan(1500);
    const zoomed = await page.locator('#shown').textContent();
    await page.mouse.wheel(0, 600);
    await expect
      .poll(() => page.locator('#scroll').evaluate(element => element.scrollTop))
      .toBeGreaterThan(0);
    expect(await page.locator('#shown').textContent()).toBe(zoomed);
  });
});

test('the keys zoom in and out, show the whole time, and that of the rows', async () => {
  const { page } = await opened();
  await page.locator('#scroll').focus();
  await page.keyboard.press('+');
  await expect.poll(() => shownMS(page)).toBeLessThan(2000);
  await page.keyboard.press('-');
  await expect.poll(() => shownMS(page)).toBeGreaterThan(2900);
  await page.keyboard.press('r');
  await expect.poll(() => shownMS(page)).toBeLessThan(500);
  await page.keyboard.press('0');
  await expect.poll(() => page.locator('#shown').textContent()).toBe('all of 3.01 s');
});

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Two fingers, both at so many pixels from the middle; they move from one distance to another. */
async function pinch(
  page: Page,
  { x, y }: Point,
  { from, to, direction }: { readonly from: number; readonly to: number; readonly direction: Point },
): Promise<void> {
  const touch = await page.context().newCDPSession(page);
  const fingers = (distance: number) => [
    { id: 1, x: x - direction.x * distance, y: y - direction.y * distance },
    { id: 2, x: x + direction.x * distance, y: y + direction.y * distance },
  ];
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(from) });
  for (let step = 1; step <= 10; step += 1) {
    const touchPoints = fingers(from + ((to - from) * step) / 10);
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints });
  }
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

describe.each([
  { name: 'beside each other', direction: { x: 1, y: 0 } },
  { name: 'aslant', direction: { x: 0.6, y: 0.8 } },
  { name: 'above each other', direction: { x: 0, y: 1 } },
])('two fingers $name', ({ direction }) => {
  test('zoom in when they part, and out when they come together', async () => {
    const { page, errors, middle } = await opened({ hasTouch: true });
    await pinch(page, middle, { from: 20, to: 100, direction });
    // A fifth, as the distance of the fingers has grown.
    await expect.poll(() => shownMS(page)).toBeLessThan(700);
    expect(await shownMS(page)).toBeGreaterThan(500);
    await pinch(page, middle, { from: 100, to: 50, direction });
    await expect.poll(() => shownMS(page)).toBeGreaterThan(1000);
    expect(await page.locator('#details').isVisible()).toBe(false);
    expect(errors).toEqual([]);
  });
});

test('a tap with one finger opens the session', async () => {
  const { page, middle } = await opened({ hasTouch: true });
  await page.touchscreen.tap(middle.x, middle.y);
  await page.locator('#details h2').waitFor();
  expect(await page.locator('#shown').textContent()).toBe('all of 3.01 s');
});
