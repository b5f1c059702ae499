import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ConnectionManager } from '../../../src/index.ts';
import { codeOf } from '../support/outcome.ts';

const makeWithPassword = () => new ConnectionManager('mongodb://user:hunter2@/db');

test('a connection string that cannot be used is refused without quoting its password', () => {
  expect(makeWithPassword).toThrow(expect.objectContaining({ code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT' }));
  expect(makeWithPassword).not.toThrow(/hunter2/);
});

test.each([
  'mongodb://hunter2/x@localhost',
  'mongodb://user/hunter2@localhost',
  'mongodb://user:hunter2%@localhost',
  'mongodb://user:hunter2@localhost:port',
  'mongodb://user:hunter2@localhost/?foo=hunter2',
  'mongodb+srv://user:hunter2@a,b/',
  'mongo://user:hunter2@localhost',
  'mongodb://user:p@localhost/?authMechanismProperties=hunter2',
])('neither the error for %s nor its cause quotes the password', uri => {
  const caught = caughtFrom(() => new ConnectionManager(uri));
  expect(codeOf(caught)).toBe('ERR_SESSION_GUARD_INVALID_ARGUMENT');
  expect(inspect(caught, { depth: 10, showHidden: true })).not.toContain('hunter2');
});

function caughtFrom(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('a manager is printed and written as JSON without credentials', async () => {
  const auth = { username: 'user', password: 'hunter2' };
  const manager = new ConnectionManager('mongodb://localhost:1/shop', { client: { auth } });
  for (const shown of [manager, { of: [manager] }])
    for (const customInspect of [true, false])
      expect(inspect(shown, { depth: 20, showHidden: true, customInspect })).not.toContain('hunter2');
  expect(inspect(manager)).toMatch(
    /^ConnectionManager \{\s+hosts: \[ 'localhost:1' \],\s+database: 'shop',\s+closed: false/,
  );
  expect(JSON.parse(JSON.stringify({ manager }))).toEqual({
    manager: { hosts: ['localhost:1'], database: 'shop', closed: false, stats: manager.stats() },
  });
  expect(Object.keys(manager)).not.toContain('client');
  expect(inspect(globalThis, { depth: 20 })).not.toMatch(/hunter2/);
  await manager.close();
});
