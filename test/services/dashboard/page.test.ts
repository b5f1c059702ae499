import type http from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { chromium, type Page } from 'playwright-core';
import type { Dashboard } from '../../../src/services/dashboard/index.ts';
import { eventsUntil, live, serve, token, useSession } from './support/live.ts';

const executablePath = process.env['SESSION_GUARD_TEST_CHROMIUM'] ?? '/usr/bin/chromium';
/** Playwright's own limits are shorter than a busy machine may need, in milliseconds. */
const patienceMS = 150_000;

/** A page of a browser that knows the token. */
async function openPage(address?: string): Promise<Page> {
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox'],
    timeout: patienceMS,
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ httpCredentials: { username: 'anyone', password: token } });
  page.setDefaultTimeout(patienceMS);
  if (address !== undefined) await page.goto(address);
  return page;
}

test('in a browser the page follows the process; while it is paused it stays as it is', async () => {
  const address = await serve(live());
  const page = await openPage();
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  await page.goto(address);
  await page.getByText('live', { exact: true }).waitFor();
  const sessions = () => page.locator('#matching').textContent();
  expect(await sessions()).toBe('0 sessions');
  await useSession('first');
  await expect.poll(sessions).toBe('1 session');
  await page.getByText('Pause').click();
  await useSession('second');
  await eventsUntil(address, '"name":"second"');
  expect(await sessions()).toBe('1 session');
  await page.getByText('Continue').click();
  await expect.poll(sessions).toBe('2 sessions');
  expect(errors).toEqual([]);
});

test('in a browser the page comes back after the service was refused and restarted', async () => {
  let handler: http.RequestListener = live({ title: 'before' });
  const address = await serve((request, response) => handler(request, response));
  const page = await openPage(address);
  await page.getByText('live', { exact: true }).waitFor();
  const closed = handler as Dashboard;
  const refused = new Promise<void>(resolve => {
    handler = ({ url }, response) => {
      response.writeHead(502).end();
      if (url?.startsWith('/?events') === true) resolve();
    };
  });
  closed.close();
  await refused;
  handler = live({ title: 'after' });
  await expect.poll(() => page.title()).toContain('after');
});
