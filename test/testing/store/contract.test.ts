import { describe, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { type ContractCase, sessionStoreContract } from '../../../src/testing/store/index.ts';
import type { Broken } from './support/broken.ts';
import { brokenRevocations } from './support/broken-revocations.ts';
import { brokenReads } from './support/broken-reads.ts';
import { brokenRotations } from './support/broken-rotations.ts';
import { brokenWrites } from './support/broken-writes.ts';
import { distantBackend, wrapped } from './support/wrapped.ts';

let now = Date.now();
const clock = {
  advance(ms: number) {
    now += ms;
  },
};

function casesFor(make: Broken['make'], races: number): readonly ContractCase[] {
  const backend = make(distantBackend({ now: () => now }));
  return sessionStoreContract({ backend: () => backend, clock, races });
}

describe('A back end that breaks no rule passes, however its calls meet:', () => {
  for (const { title, run } of casesFor(backend => backend, 60)) test(title, run);
});

const broken = [...brokenWrites, ...brokenRevocations, ...brokenReads, ...brokenRotations];

describe.each(broken)('When $how,', ({ make, fails }) => {
  test.each(fails)('a case fails: %s', async title => {
    const all = casesFor(make, 300).filter(one => one.title.includes(title));
    expect(all).not.toEqual([]);
    const failed = await Promise.allSettled(all.map(({ run }) => run()));
    expect(failed.map(({ status }) => status)).toContain('rejected');
  });
});

const backend = () => distantBackend({ now: Date.now });

function titlesWith(own: object): readonly string[] {
  return sessionStoreContract({ backend, ...own }).map(({ title }) => title);
}

test('A case that needs an option runs only if the option is given.', () => {
  expect(titlesWith({ dump: () => '' })).toContain('A raw dump of the storage holds no usable id.');
  expect(titlesWith({ sizeLimit: 1 })).toHaveLength(titlesWith({}).length + 1);
});

test('A dump that does not have the session fails.', async () => {
  const stored: string[] = [];
  const inner = backend();
  const noting = wrapped(inner, {
    rotate: undefined,
    insert(session, call) {
      stored.push(session.hash);
      return inner.insert(session, call);
    },
  });
  const dumped = (dump: () => string) =>
    sessionStoreContract({ backend: () => noting, dump })
      .at(-1)
      ?.run();
  await dumped(() => stored.join(' '));
  await expect(dumped(() => '')).rejects.toThrow('`dump` must give all that is stored');
});

test('A store without a limit of size fails where there has to be one.', async () => {
  const cases = sessionStoreContract({ backend, sizeLimit: 1000 });
  await expect(cases.at(-1)?.run()).rejects.toMatchObject({ code: 'ERR_ASSERTION' });
});

test.each([{ races: 0 }, { races: 1.5 }, { parallel: 0 }, { rases: 5 }, { backend: 5 }])(
  'Options that cannot be are refused: %o',
  own => {
    const options = { backend, ...own };
    expect(() => sessionStoreContract(options as never)).toThrow(
      expect.objectContaining({ code: codes.invalidOption }),
    );
  },
);
