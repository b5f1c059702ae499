import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { install, type Installed } from './support/installed.ts';

/** What each entry exports, seen by a type that is not `any`: the line below it would be an error that nobody expects. */
const program = `
  import { ConnectionManager, type Finding, type Palette, type RuleId, type SessionGuardWarning } from 'session-guard';
  import { observeMongoose } from 'session-guard/mongoose';
  import { requestScope } from 'session-guard/express';
  import { sessionGuard } from 'session-guard/fastify';
  import { Transactional } from 'session-guard/nest';
  import { invocation } from 'session-guard/serverless';
  import { dashboard } from 'session-guard/dashboard';
  import { measureMongo, traceMongo } from 'session-guard/otel';
  import { collectMetrics } from 'session-guard/prometheus';
  import * as eslint from 'session-guard/eslint';
  import { expectClean, memoryReplicaSet } from 'session-guard/testing';
  import 'session-guard/testing/vitest';
  import 'session-guard/testing/jest';
  import 'session-guard/testing/node';
  import 'session-guard/register';
  import { sessionStoreContract } from 'session-guard/testing/store';
  import { memoryBackend, sessionStore } from 'session-guard/store';
  import { mongoBackend } from 'session-guard/store/mongodb';
  import { redisBackend } from 'session-guard/store/redis';
  import { dynamoBackend } from 'session-guard/store/dynamodb';
  import { ExpressSessionStore } from 'session-guard/store/express-session';
  import { FastifySessionStore } from 'session-guard/store/fastify-session';
  import { DynamoDBSaver } from 'session-guard/langgraph/dynamodb';

  const manager = new ConnectionManager('mongodb://localhost', { onFinding: undefined, client: undefined });
  const stopping: { signal: AbortSignal | undefined } = { signal: undefined };
  export const answer: Promise<number> = manager.withTxn(async (_session, txn) => txn.attempt, stopping);
  export const ruleOf = ({ rule }: Finding): RuleId => rule;
  export const codeOf = (warning: SessionGuardWarning, { dim }: Palette): string => dim(warning.code);
  // @ts-expect-error not any
  export const wrong: [number] = [manager];
  const values = [observeMongoose, requestScope, sessionGuard, Transactional, invocation, expectClean, memoryReplicaSet, sessionStoreContract, memoryBackend, sessionStore, mongoBackend,
    redisBackend, dynamoBackend, ExpressSessionStore, FastifySessionStore, DynamoDBSaver, dashboard, measureMongo, traceMongo, collectMetrics, eslint] as const;
  type IsAny<T> = 0 extends 1 & T ? true : false;
  type AnyOf<T extends readonly unknown[]> = { [I in keyof T]: IsAny<T[I]> }[number];
  export const noneIsAny: AnyOf<typeof values> = false;`;

const peers = [
  '@aws-sdk',
  '@fastify',
  '@langchain',
  '@nestjs',
  '@opentelemetry',
  '@types',
  'eslint',
  'express-session',
  'fastify',
  'mongodb',
  'mongoose',
  'prom-client',
  'redis',
  'rxjs',
  'vitest',
];

let installed: Installed;

beforeAll(async () => {
  installed = await install(peers);
});

afterAll(() => installed.remove());

const common = ['--target', 'es2022', '--types', 'node', '--skipLibCheck', '--exactOptionalPropertyTypes'];

test('the program imports every entry', () => {
  const entries = Object.keys(packageJson.exports).filter(subpath => subpath !== './package.json');
  const missing = entries.filter(subpath => !program.includes(`'session-guard${subpath.slice(1)}'`));
  expect(missing).toEqual([]);
});

describe('every entry has types', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['an ES module and CommonJS', ['use.mts', 'use.cts'], ['--module', 'node20']],
    ['an ES module and CommonJS of node16', ['use16.mts', 'use16.cts'], ['--module', 'node16']],
    ['a bundler', ['bundled.ts'], ['--module', 'esnext', '--moduleResolution', 'bundler']],
    [
      'a program of before `exports` (node10)',
      ['old.ts'],
      [
        '--module',
        'commonjs',
        '--moduleResolution',
        'node10',
        '--ignoreDeprecations',
        '6.0',
        '--esModuleInterop',
      ],
    ],
  ])('for %s', async (_title, files, options) => {
    expect(await installed.compile(files, program, [...common, ...options])).toBe('');
  });
});
