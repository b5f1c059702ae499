import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runPreloaded } from './support/run-preloaded.ts';

/** The files that a copy of the driver is known by, and a program that asks whether they were left alone. */
const files = {
  'node_modules/mongodb/package.json': '{ "name": "mongodb", "version": "4.17.2", "main": "lib/index.js" }',
  'node_modules/mongodb/lib/index.js': "exports.MongoClient = require('./mongo_client').MongoClient;",
  'node_modules/mongodb/lib/mongo_client.js':
    'exports.MongoClient = class MongoClient { connect(callback) { callback(); } };',
  'node_modules/mongodb/lib/operations/execute_operation.js': 'exports.executeOperation = () => {};',
  'app.cjs': `
    const { MongoClient } = require('mongodb');
    new MongoClient().connect(() => console.log('connected', Object.getOwnPropertySymbols(MongoClient.prototype).length));`,
};

test('a driver before version 6 is left alone, which is said once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'session-guard-old-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const run = await runPreloaded({ program: [join(folder, 'app.cjs')], env: { SESSION_GUARD_EXIT: '1' } });
  expect(run).toMatchObject({ code: 0, stdout: 'connected 0\n' });
  expect(run.stderr.match(/SESSION_GUARD_REDUCED_COVERAGE/g)).toHaveLength(1);
  expect(run.stderr).toContain('cannot observe the MongoDB driver 4.17.2');
});
