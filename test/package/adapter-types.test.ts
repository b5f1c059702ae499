import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const installed = join(root, 'node_modules');

const common = `
  import { memoryBackend, sessionStore } from 'session-guard/store';
  const sessions = sessionStore<object>(memoryBackend(), { keys: { tag: ['a secret'] } });`;

const fastify = `
  import fastifySession from '@fastify/session';
  import Fastify from 'fastify';
  import { FastifySessionStore, fastifySessions, logIn } from 'session-guard/store/fastify-session';
  declare module 'fastify' {
    interface Session { userId?: number | null }
  }
  ${common}
  const store = new FastifySessionStore(sessions, { userOf: session => session.userId });
  const app = Fastify();
  app.register(fastifySession, { store, idGenerator: store.idGenerator, secret: 'x' });
  app.get('/log-in', async request => {
    await store.logIn(request, 'user-1', { login: await sessions.beginLogIn('user-1') });
    await logIn(request, 7);
    const except = store.handleOf(request);
    return except === undefined ? 0 : sessions.destroyAll('user-1', { except });
  });
  // @ts-expect-error there is no such option
  void store.logIn({ headers: {} }, 'user-1', { logIn: 1 });
  const made = fastifySessions(memoryBackend(), {
    secret: process.env['SESSION_SECRET'],
    userOf: session => session.userId,
    cookie: { maxAge: 1000 },
  });
  app.register(fastifySession, { ...made.options, cookieName: 'sid' });
  // @ts-expect-error there is no such option
  fastifySessions(memoryBackend(), { secret: 'x', ttl: 5 });`;

const express = `
  import express from 'express';
  import session from 'express-session';
  import { ExpressSessionStore, expressSessions, logIn } from 'session-guard/store/express-session';
  declare module 'express-session' {
    interface SessionData { passport: { user?: number | null } }
  }
  ${common}
  const store = new ExpressSessionStore(sessions, { userOf: session => session.passport?.user });
  const app = express();
  app.use(session({ store, genid: store.idGenerator, secret: 'x', resave: false, saveUninitialized: false }));
  app.get('/log-in', async (req, res) => {
    await store.logIn(req, 'user-1', { login: await sessions.beginLogIn('user-1') });
    await logIn(req, 7n);
    const except = store.handleOf(req);
    if (except === undefined) res.status(401).json('nobody');
    else res.json(await sessions.destroyAll('user-1', { except }));
  });
  // @ts-expect-error there is no such option
  void store.logIn({ headers: {} }, 'user-1', { logIn: 1 });
  const made = expressSessions(memoryBackend(), {
    secret: process.env['SESSION_SECRET'],
    userOf: session => session.passport?.user,
    cookie: { maxAge: 1000 },
  });
  app.use(session({ ...made.options, name: 'sid' }));
  // @ts-expect-error there is no such option
  expressSessions(memoryBackend(), { secret: 'x', ttl: 5 });`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-guard-adapters-'));
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await symlink(root, join(modules, 'session-guard'), 'junction');
  for (const name of [
    '@fastify',
    '@types',
    'express',
    'express-session',
    'fastify',
    'ioredis',
    'mongodb',
    'redis',
  ])
    await symlink(join(installed, name), join(modules, name), 'junction');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function compile(endings: readonly string[], options: readonly string[]): Promise<string> {
  const files = endings.flatMap(ending => [`fastify.${ending}`, `express.${ending}`]);
  for (const file of files)
    await writeFile(join(folder, file), file.startsWith('fastify') ? fastify : express);
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022'];
  const args = [join(installed, 'typescript/bin/tsc'), ...strict, '--types', 'node', ...options, ...files];
  const { stdout } = await run(process.execPath, args, { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  return stdout;
}

describe('the built types of the stores for frameworks', () => {
  it('compile in an ES module and in CommonJS', async () => {
    expect(await compile(['mts', 'cts'], ['--module', 'node20'])).toBe('');
  });

  it('compile for a bundler', async () => {
    const options = ['--module', 'esnext', '--moduleResolution', 'bundler'];
    expect(await compile(['ts'], options)).toBe('');
  });
});
