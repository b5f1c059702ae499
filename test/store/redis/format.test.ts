import { randomUUID } from 'node:crypto';
import * as fc from '../../support/properties.ts';
import { createClient, type RedisClientType } from 'redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Change, changeOf } from '../../../src/store/backend/change.ts';
import { changedAt } from '../../../src/store/backend/life.ts';
import type { SessionBackend, SessionRecord } from '../../../src/store/index.ts';
import { escape, unescape } from '../../../src/store/redis/format/escape.ts';
import { fieldsFrom, packed } from '../../../src/store/redis/format/fields.ts';
import { recordFrom } from '../../../src/store/redis/format/record.ts';
import { redisBackend } from '../../../src/store/redis/index.ts';
import type { Layout } from '../../../src/store/redis/options.ts';
import { aKey, aSession } from '../../../src/testing/store/support/samples.ts';
import { redisUrl } from '../../setup/servers.ts';

const call = { signal: new AbortController().signal };
const keyPrefix = `format:${randomUUID()}:`;
const layouts = ['string', 'hash'] as const;
const backends = {} as Record<Layout, SessionBackend>;
let client: RedisClientType;

beforeAll(async () => {
  client = createClient({ url: await redisUrl() });
  await client.connect();
  for (const layout of layouts)
    backends[layout] = redisBackend(client, { keyPrefix: `${keyPrefix}${layout}:`, layout });
});
afterAll(() => client.close());

/** Whatever a string may be, half of a surrogate pair too. */
const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map(code => String.fromCharCode(code)),
});
const aName = fc.oneof(
  anyText,
  fc.constantFrom('', '__proto__', 'a.b', '$x', '1,2;', '|', '\n', '%0041', 'ü', '😀'),
);
const someFields = fc.dictionary(aName, fc.json()).map(object => new Map(Object.entries(object)));

test('Any text survives as ASCII without separators.', () => {
  fc.assert(
    fc.property(anyText, text => {
      const stored = escape(text);
      expect(stored).toMatch(/^[ -{}~]*$/);
      expect(unescape(stored)).toBe(text);
    }),
  );
});

test('Fields survive, whatever is in their names and texts.', () => {
  fc.assert(
    fc.property(someFields, fields => {
      expect(fieldsFrom(`header${packed(fields)}`, 'header'.length)).toEqual(fields);
    }),
  );
});

test.each(['', 'x', '2|1|2\n', '1|2|3\n', `1|${'1|'.repeat(11)}\nx`, `1|${'1|'.repeat(11)}\n5,5;abc`])(
  'What is not a session (%j) is an error, not an empty session.',
  value => {
    expect(() => recordFrom(aKey(), value)).toThrow(/not of the form/);
  },
);

test.each(layouts)(
  'With the layout %s: What a script stores and changes is what the arithmetic of the core says.',
  async layout => {
    const backend = backends[layout];
    const aHeader = fc.record({
      user: fc.option(anyText, { nil: undefined }),
      device: fc.option(anyText, { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        aHeader,
        someFields,
        someFields,
        fc.array(aName),
        async (header, before, set, unset) => {
          const session = aSession({ ...header, fields: before });
          const inserted = await backend.insert(session, call);
          if (inserted.outcome !== 'created') throw new Error(inserted.outcome);
          expect(inserted.header).toMatchObject({
            ...header,
            version: session.version,
            handle: session.handle,
          });
          const stored: SessionRecord = { ...inserted.header, fields: before };
          expect(await read(backend, session)).toEqual(stored);
          const change = changeOf({ set, unset, knownVersion: 0 });
          const written = await backend.write(session, change, call);
          if (written.outcome !== 'written') throw new Error(written.outcome);
          expect(await read(backend, session)).toEqual(changedAt(stored, change, written.header.seenAt));
          expect(written.fields).toEqual((await read(backend, session))?.fields);
        },
      ),
      { numRuns: 200 },
    );
  },
);

test.each(layouts)('With the layout %s: A version of 53 bits stays exact in a script.', async layout => {
  const backend = backends[layout];
  const version = 2 ** 53 - 2;
  const session = aSession({ version });
  await backend.insert(session, call);
  const change = changeOf({ ifVersion: version });
  expect(await backend.write(session, change, call)).toMatchObject({ header: { version: version + 1 } });
  expect((await read(backend, session))?.version).toBe(version + 1);
});

test.each(layouts)(
  'With the layout %s: A header that is longer than usual is refreshed and listed as a whole.',
  async layout => {
    const backend = backends[layout];
    const session = aSession({
      user: 'ü'.repeat(256),
      device: 'ß'.repeat(128),
      fields: new Map([['a', '"ä"']]),
    });
    await backend.insert(session, call);
    const refreshed = await backend.refresh(session, call);
    expect(refreshed).toMatchObject({ user: session.user, device: session.device });
    expect((await backend.list(session.userKey, call)).headers).toEqual([refreshed]);
    expect((await read(backend, session))?.fields).toEqual(session.fields);
  },
);

test.each(layouts)(
  'With the layout %s: A value that somebody else has put there is an error for its reader, and for nobody else.',
  async layout => {
    const backend = backends[layout];
    const [own, other] = [aSession(), aSession()];
    await backend.insert(own, call);
    await backend.insert(other, call);
    const change = changeOf({ set: new Map([['a', '1']]) });
    await client.set(`${keyPrefix}${layout}:s:{${own.userKey}}:${own.hash}`, '{"cookie":{}}', { PX: 10_000 });
    const [first, second] = await backend.read([own, other], call);
    expect(first).toMatchObject({ code: 'ERR_SESSION_GUARD_STORE_UNREADABLE' });
    expect(second).toMatchObject({ record: { hash: other.hash } });
    await expect(backend.write(own, change, call)).rejects.toMatchObject({
      code: 'ERR_SESSION_GUARD_STORE_UNREADABLE',
    });
  },
);

test.each(layouts)(
  'With the layout %s: destroyAll ends all sessions but one that it cannot read, and says so.',
  async layout => {
    const backend = backends[layout];
    const user = 'ann';
    const [foreign, ...own] = Array.from({ length: 5 }, () => aSession({ user, userKey: 'tag-of-ann-0' }));
    if (foreign === undefined) throw new Error('no session');
    for (const session of [foreign, ...own]) await backend.insert(session, call);
    await client.set(`${keyPrefix}${layout}:s:{${foreign.userKey}}:${foreign.hash}`, '{"cookie":{}}', {
      PX: 10_000,
    });
    const mark = { epoch: 'after', except: undefined, lifeMS: 1000 };
    const unreadable = { code: 'ERR_SESSION_GUARD_STORE_UNREADABLE' };
    await expect(backend.endAll(foreign.userKey, user, mark, call)).rejects.toMatchObject(unreadable);
    expect(await backend.read(own, call)).toEqual(own.map(() => undefined));
  },
);

test.each(layouts)(
  'With the layout %s: Large texts keep their places, whatever is written beside them.',
  async layout => {
    const backend = backends[layout];
    const large = `"${'ä€😀x'.repeat(3000)}"`;
    const session = aSession({
      fields: new Map([
        ['first', '1'],
        ['large', large],
        ['last', '"a"'],
      ]),
    });
    await backend.insert(session, call);
    await backend.write(session, aChange({ set: new Map([['last', '"b"']]) }), call);
    await backend.write(session, aChange({ set: new Map([['first', '1000']]) }), call);
    await backend.write(session, aChange({ set: new Map([['more', large]]), unset: ['last'] }), call);
    expect((await read(backend, session))?.fields).toEqual(
      new Map([
        ['first', '1000'],
        ['large', large],
        ['more', large],
      ]),
    );
  },
);

async function read(
  backend: SessionBackend,
  key: { userKey: string; hash: string },
): Promise<SessionRecord | undefined> {
  const [found] = await backend.read([key], call);
  if (found instanceof Error) throw found;
  return found?.record;
}
function aChange(own: Partial<Change>): Change {
  return changeOf({ knownVersion: 0, ...own });
}
