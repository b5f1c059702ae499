import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { dynamoEndpoint, redisUrl, replicaSetUri } from '../setup/servers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const server = fileURLToPath(new URL('../../examples/user-sessions/server.mjs', import.meta.url));

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's `chromium`, or the one that `SESSION_GUARD_TEST_CHROMIUM` names. */
const executablePath = process.env['SESSION_GUARD_TEST_CHROMIUM'] ?? '/usr/bin/chromium';

const surroundings: Readonly<Record<string, () => Promise<NodeJS.ProcessEnv>>> = {
  memory: async () => ({}),
  redis: async () => ({ REDIS_URL: await redisUrl() }),
  mongodb: async () => ({ MONGODB_URI: replicaSetUri() }),
  dynamodb: async () => ({
    DYNAMODB_ENDPOINT: await dynamoEndpoint(),
    AWS_REGION: 'local',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
  }),
};

/** The machine of the tests is slow at times. */
const generous = {
  STORE_TIMEOUT_MS: '20000',
  SESSION_TAG_KEY: randomBytes(32).toString('base64'),
  COOKIE_SECRET: randomBytes(32).toString('base64'),
};

let profile = '';
let first: BrowserContext;
let second: BrowserContext;

beforeAll(async () => {
  if (!existsSync(`${root}dist/store-express-session.mjs`))
    await promisify(execFile)('npx', ['tsdown'], { cwd: root });
  profile = await mkdtemp(join(tmpdir(), 'session-guard-chromium-'));
  first = await open('first');
  second = await open('second');
});

afterAll(async () => {
  await Promise.all([first.close(), second.close()]);
  await rm(profile, { recursive: true, force: true });
});

function open(name: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(join(profile, name), {
    executablePath,
    headless: true,
    args: flags,
    userAgent: `The ${name} browser`,
  });
}

describe.each(Object.keys(surroundings))('the example with user sessions on %s', backend => {
  test('a log-out everywhere in one browser ends the other at its next click', async () => {
    const url = await start(backend);
    const [one, other] = [await logIn(first, url), await logIn(second, url)];
    await one.reload();
    expect(await one.locator('li').count()).toBe(2);
    expect(await one.locator('li').allTextContents()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/The first browser.*this device/s),
        expect.stringMatching(/The second browser/),
      ]),
    );
    await one.getByRole('button', { name: 'Log out everywhere' }).click();
    await one.getByRole('heading', { name: 'Log in' }).waitFor();
    await other.reload();
    await other.getByRole('heading', { name: 'Log in' }).waitFor();
  });
});

test('one device is logged out from another, whose own session goes on', async () => {
  const url = await start('memory');
  const [one, other] = [await logIn(first, url), await logIn(second, url)];
  await one.reload();
  await one.locator('li', { hasText: 'second' }).getByRole('button', { name: 'Log out' }).click();
  await expect.poll(() => one.locator('li').count()).toBe(1);
  await other.reload();
  await other.getByRole('heading', { name: 'Log in' }).waitFor();
});

test('a wrong password is refused, and so is a form without its token', async () => {
  const url = await start('memory');
  const page = await logIn(first, url, 'wrong horse');
  expect(await page.getByRole('alert').textContent()).toBe('Name or password is wrong.');
  const answer = await fetch(`${url}/log-in`, {
    method: 'POST',
    body: new URLSearchParams({ name: 'alice' }),
  });
  expect(answer.status).toBe(403);
});

test('the cookie is out of reach for scripts and for forms of other sites', async () => {
  const url = await start('memory');
  await logIn(first, url);
  const [cookie] = await first.cookies(url);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', secure: false });
});

async function logIn(context: BrowserContext, url: string, password = 'correct horse'): Promise<Page> {
  await context.clearCookies();
  const page = await context.newPage();
  onTestFinished(() => page.close());
  await page.goto(url);
  await page.getByLabel('Name').fill('alice');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole(password === 'correct horse' ? 'list' : 'alert').waitFor();
  return page;
}

/** @returns the address of a server that ends with the test */
async function start(backend: string): Promise<string> {
  const env = {
    ...process.env,
    ...(await surroundings[backend]?.()),
    ...generous,
    SESSIONS: backend,
    PORT: '0',
  };
  const child = spawn(process.execPath, [server], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  const lines = createInterface({ input: child.stdout });
  const [url] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
  if (typeof url !== 'string') throw new Error(`the server ended with ${String(url)}`);
  return url;
}
