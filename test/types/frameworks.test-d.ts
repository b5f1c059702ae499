import fastifySession from '@fastify/session';
import express from 'express';
import session from 'express-session';
import type { Linter } from 'eslint';
import Fastify from 'fastify';
import { expectTypeOf, it } from 'vitest';
import plugin from '../../src/eslint/index.ts';
import { dashboard } from '../../src/services/dashboard/index.ts';
import { SessionGuardModule, Transactional } from '../../src/services/nest/index.ts';
import { expressSessions } from '../../src/store/frameworks/express-session/index.ts';
import { fastifySessions } from '../../src/store/frameworks/fastify-session/index.ts';
import { memoryBackend } from '../../src/store/index.ts';
import { testRule } from '../../src/testing/index.ts';
import { sessionStoreContract } from '../../src/testing/store/index.ts';

it('the options of `expressSessions` fit express-session', () => {
  const { options, store } = expressSessions(memoryBackend(), { secret: 'a secret of 32 bytes at least' });
  express().use(session(options));
  expectTypeOf(store.logIn).returns.toEqualTypeOf<Promise<void>>();
  // @ts-expect-error the options need a secret
  expressSessions(memoryBackend(), {});
});

it('the options of `fastifySessions` fit @fastify/session', async () => {
  const { options } = fastifySessions(memoryBackend(), { secret: ['a secret of 32 bytes at least'] });
  await Fastify().register(fastifySession, options);
  // @ts-expect-error seconds, not milliseconds
  fastifySessions(memoryBackend(), { secret: 'a secret of 32 bytes at least', idleMS: 1000 });
});

it('the dashboard is a handler of requests, and needs a token', () => {
  express().use('/sessions', dashboard({ token: 'a token that nobody guesses' }));
  // @ts-expect-error no token
  dashboard({ title: 'orders' });
});

it('the module of NestJS takes the options of a manager, and methods can be transactional', () => {
  SessionGuardModule.forRoot({ uri: 'mongodb://127.0.0.1', rules: 'strict', requests: { leftOpen: 'end' } });
  // @ts-expect-error no such preset
  SessionGuardModule.forRoot({ uri: 'mongodb://127.0.0.1', rules: 'all' });
  expectTypeOf(Transactional({ timeoutMS: 1000 })).toExtend<MethodDecorator>();
  // @ts-expect-error the session is the module's own
  Transactional({ session: undefined });
});

it('the plugin has configurations for ESLint', () => {
  expectTypeOf(plugin.configs.recommended).toEqualTypeOf<Linter.Config>();
  expectTypeOf<Linter.Config[]>().toExtend<(typeof plugin.configs.all)[]>();
});

it('the testing kit takes rules and back ends', () => {
  expectTypeOf(testRule).parameter(1).toHaveProperty('valid');
  expectTypeOf(sessionStoreContract({ backend: () => memoryBackend() })[0]?.run).toEqualTypeOf<
    (() => Promise<void>) | undefined
  >();
  // @ts-expect-error a function that creates an instance
  sessionStoreContract({ backend: memoryBackend() });
});
