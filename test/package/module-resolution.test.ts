import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, type Installed } from './support/installed.ts';

/** What each entry exports, told by a type that is not `any`: the line below it would be an error that nobody expects. */
const program = `
  import { ConnectionManager, type Finding, type Palette, type RuleId, type SessionGuardWarning } from 'session-guard';
  import { observeMongoose } from 'session-guard/mongoose';
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
  const values = [observeMongoose, expectClean, memoryReplicaSet, sessionStoreContract, memoryBackend, sessionStore, mongoBackend,
    redisBackend, dynamoBackend, ExpressSessionStore, FastifySessionStore, DynamoDBSaver] as const;
  type IsAny<T> = 0 extends 1 & T ? true : false;
  type AnyOf<T extends readonly unknown[]> = { [I in keyof T]: IsAny<T[I]> }[number];
  export const noneIsAny: AnyOf<typeof values> = false;`;

const peers = [
  '@aws-sdk',
  '@fastify',
  '@langchain',
  '@types',
  'express-session',
  'mongodb',
  'mongoose',
  'redis',
  'vitest',
];

let installed: Installed;

beforeAll(async () => {
  installed = await install(peers);
}, 120_000);

afterAll(() => installed.remove());

const common = ['--target', 'es2022', '--types', 'node', '--skipLibCheck', '--exactOptionalPropertyTypes'];

describe('every entry has types', { timeout: 180_000 }, () => {
  it.each<[string, string, readonly string[]]>([
    ['an ES module', 'use.mts', ['--module', 'node20']],
    ['CommonJS', 'use.cts', ['--module', 'node20']],
    ['a bundler', 'bundled.ts', ['--module', 'esnext', '--moduleResolution', 'bundler']],
    [
      'a program of before `exports` (node10)',
      'old.ts',
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
  ])('for %s', async (_title, file, options) => {
    expect(await installed.compile(file, program, [...common, ...options])).toBe('');
  });
});
