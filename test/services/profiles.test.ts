import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConnectionManager } from '../../src/index.ts';
import { profiles, withProfile } from '../../src/guard/manager/options/profiles.ts';

const uri = 'mongodb://localhost/shop';

describe.each(Object.entries(profiles))('profile `%s`', (name, options) => {
  test('gives the client its options, and the page has their values', async () => {
    const manager = new ConnectionManager(uri, { profile: name as keyof typeof profiles });
    expect(manager.client.options).toMatchObject(options);
    await manager.close();
    const page = readFileSync(new URL('../../docs/profiles.md', import.meta.url), 'utf8');
    const table = page.split('\n\n').find(block => block.startsWith('| option | driver |')) ?? '';
    const [head = '', , ...rows] = table.split('\n');
    const column = cells(head).indexOf(name);
    const written = rows.map(row => [cells(row)[1], Number(cells(row)[column])]);
    expect(Object.fromEntries(written)).toEqual(options);
  });
});

function cells(line: string): string[] {
  return line.split('|').map(cell => cell.replaceAll('`', '').trim());
}

test('what the options or the connection string name comes first, in any spelling', () => {
  const merged = withProfile(`${uri}?MAXPOOLSIZE=7`, 'worker', {
    connectTimeoutMS: 1,
    waitQueueTimeoutMS: undefined as never,
  });
  expect(merged).toEqual({
    minPoolSize: 0,
    maxIdleTimeMS: 180_000,
    waitQueueTimeoutMS: 60_000,
    serverSelectionTimeoutMS: 30_000,
    connectTimeoutMS: 1,
  });
});

test('without a profile the options are passed on as they are', () => {
  const client = { maxPoolSize: 3 };
  expect(withProfile(uri, undefined, client)).toBe(client);
});

test('a client that exists has its options already', () => {
  const { client } = new ConnectionManager(uri);
  expect(() => ConnectionManager.adopt(client, { profile: 'service' } as object)).toThrow(
    "has no option 'profile'",
  );
});
