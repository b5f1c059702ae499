import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../scripts/servers/support/free-port.mjs';
import { replicaSetUri } from '../setup/servers.ts';
import { addressesFor } from './support/addresses.ts';
import { type Block, blocksOf, fileOf, pagesIn, printsOf } from './support/blocks.ts';
import { install } from './support/project.ts';

const pages = pagesIn('docs').filter(page => page.startsWith('docs/start-'));

test('each framework has a page for each back end', () => {
  expect(pages).toHaveLength(6);
});

test.each(pages)('%s is what it says, in an empty folder', async page => {
  const blocks = blocksOf(page);
  const app = blocks.find(block => fileOf(block) === 'app.mjs');
  const tries = blocks.find(({ flags }) => flags.includes('try'));
  if (app === undefined || tries === undefined) throw new Error('there is no program, or nothing to try');
  const url = await start(app, packagesOf(blocks));
  const texts: string[] = [];
  let cookie = '';
  for (const line of tries.code.split('\n').filter(text => text.startsWith('try '))) {
    const answer = await curl(line, url, cookie);
    cookie = answer.cookie ?? cookie;
    texts.push(answer.text);
  }
  expect(texts.join('\n')).toBe(printsOf(tries));
});

/** What the page installs, but for the package itself. */
function packagesOf(blocks: readonly Block[]): readonly string[] {
  const command = blocks.find(({ code }) => code.startsWith('npm install session-guard '));
  return command?.code.split(' ').slice(3) ?? [];
}

/** In a folder that holds nothing else, as a process of its own. */
async function start(app: Block, packages: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'session-guard-start-'));
  install(folder, packages);
  writeFileSync(join(folder, 'app.mjs'), app.code);
  const port = await freePort();
  const mongo = new URL(replicaSetUri());
  mongo.pathname = `/start_${randomBytes(6).toString('hex')}`;
  const child = spawn(process.execPath, ['app.mjs'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      SESSION_SECRET: randomBytes(32).toString('base64'),
      MONGODB_URI: mongo.href,
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: randomBytes(6).toString('hex'),
      AWS_SECRET_ACCESS_KEY: 'none',
      ...(await addressesFor(app)),
    },
  });
  onTestFinished(async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://localhost:${port}`;
  while (!(await answers(url))) {
    expect(child.exitCode, 'the program has ended').toBeNull();
    await setTimeout(50);
  }
  return url;
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).text();
    return true;
  } catch {
    return false;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

/** What curl does with these arguments, and its file of cookies. */
async function curl(line: string, url: string, cookie: string) {
  const option = (name: string) => new RegExp(`${name} '([^']*)'`).exec(line)?.[1];
  const [, path = ''] = /localhost:3000(\S*)$/.exec(line) ?? [];
  const body = option('-d');
  const [name = '', value = ''] = option('-H')?.split(': ') ?? [];
  const response = await fetch(`${url}${path}`, {
    method: body !== undefined || line.includes('-X POST') ? 'POST' : 'GET',
    headers: { ...(name !== '' && { [name]: value }), ...(cookie !== '' && { cookie }) },
    ...(body !== undefined && { body }),
  });
  return { text: await response.text(), cookie: response.headers.getSetCookie().at(-1)?.split(';')[0] };
}
