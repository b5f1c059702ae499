import { describe, expect, test } from 'vitest';
import { misusesIn } from '../real/support/found.ts';
import { findingsIn, programFile, runPreloaded } from './support/run-preloaded.ts';

const file = programFile('requests.mjs');
const json = { SESSION_GUARD_REPORT: 'json' };

describe('each request of an HTTP server is a scope', () => {
  test('a session that requests share is found', async () => {
    const run = await runPreloaded({ program: [file, 'shared'], env: json });
    const found = findingsIn(run).map(({ rule, place }) => ({ rule, file: place?.file, line: place?.line }));
    expect(found).toContainEqual(misusesIn(file)('shared-session', 'shared'));
  });

  test.each([
    { over: 'many connections', args: [] },
    { over: 'one connection', args: ['--keep-alive'] },
  ])('requests with a session each are silent, over $over', async ({ args }) => {
    const run = await runPreloaded({ program: [file, 'own', ...args] });
    expect(run).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
  });

  test('a queue that runs jobs of one request in the context of another is silent', async () => {
    const run = await runPreloaded({ program: [programFile('queue.mjs')] });
    expect(run).toEqual({ code: 0, stdout: 'done\n', stderr: '' });
  });
});
