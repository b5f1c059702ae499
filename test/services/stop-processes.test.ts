import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from './support/program.ts';

const programAt = (name: string) => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

test('the primary process of `cluster` sends the signal on, and each worker answers what it has begun', async () => {
  const { child, ended, heard, orders, complaints } = await startProgram([programAt('cluster.mjs')]);
  await heard('listens');
  const url = `http://127.0.0.1:${await heard('listens')}`;
  const answers = ['/held', '/held'].map(path => fetch(`${url}${path}`).then(answer => answer.text()));
  await heard('arrived');
  await heard('arrived');
  child.kill('SIGTERM');
  expect(await Promise.all(answers)).toEqual(['placed', 'placed']);
  expect(await ended).toEqual([0, null]);
  // Connections go to the workers in turn.
  expect(await orders.distinct('worker' as '_id')).toHaveLength(2);
  expect(complaints.join('')).toBe('');
});

test('a worker of `cluster` that did not end with 0 is named, and the primary process ends with 1', async () => {
  const env = { GRACE_MS: '50' };
  const { child, ended, heard, complaints } = await startProgram([programAt('cluster.mjs')], { env });
  await heard('listens');
  const url = `http://127.0.0.1:${await heard('listens')}`;
  const cut = expect(fetch(`${url}/never`)).rejects.toThrow('fetch failed');
  await heard('arrived');
  child.kill('SIGTERM');
  await cut;
  expect(await ended).toEqual([1, null]);
  expect(complaints.join('')).toMatch(/this was cut: worker \d, which ended with code 1/);
});

test('a second signal ends the grace: the unfinished work is named, and the code is 1', async () => {
  const { child, ended, heard, complaints } = await startProgram([programAt('second-signal.mjs')]);
  await heard('works');
  child.kill('SIGTERM');
  await heard('stops');
  // Within a second it is the first one again.
  const again = setInterval(() => child.kill('SIGTERM'), 100);
  onTestFinished(() => clearInterval(again));
  expect(await ended).toEqual([1, null]);
  expect(complaints.join('')).toContain('SESSION_GUARD_STOP_CUT');
  expect(complaints.join('')).toContain('endless job');
});
