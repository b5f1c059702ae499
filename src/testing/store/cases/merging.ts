import { deepStrictEqual, rejects, strictEqual } from 'node:assert';
import { codes } from '../../../errors/codes.ts';
import type { Ground, Store } from '../support/ground.ts';
import { living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';
import { race } from '../races/race.ts';

/** No change is lost by another change. */
export function mergingCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title: 'Fields that parallel requests set, each another one, are all kept, and so are deletions.',
      run: () => keepsAllFields(ground),
    },
    {
      title: 'A patch answers with what others have written, too.',
      run: () => answersWithAll(ground),
    },
    {
      title: 'For one field the last write wins, unless a conflict is asked for.',
      run: () => conflicts(ground),
    },
    {
      title: '200 increments, half of them by another process, make 200.',
      run: () => increments(ground),
    },
    {
      title: 'A read during a write returns the old or the new session, never old data with the new version.',
      run: () => readsBesideWrites(ground),
    },
  ];
}

async function keepsAllFields(ground: Ground): Promise<void> {
  const stores = await ground.stores();
  const count = 6;
  await race(ground, async () => {
    const [here, there] = stores;
    const { id } = await here.create({ gone0: 1, gone1: 1, gone2: 1, stays: 'yes' });
    const work = Array.from({ length: count }, async (_, index) => {
      const store = index % 2 === 0 ? here : there;
      const session = living(await store.get(id));
      const options = index < 3 ? { unset: [`gone${index}`] } : {};
      return living(await store.patch(session, { [`f${index}`]: index }, options));
    });
    await Promise.all(work);
    const expected = Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, index]));
    deepStrictEqual((await there.get(id))?.data, { stays: 'yes', ...expected });
  });
}

async function answersWithAll(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const first = await here.create({ a: 1, gone: true });
  const second = living(await there.get(first.id));
  await here.patch(first, { b: 2 }, { unset: ['gone'] });
  const patched = living(await there.patch(second, { c: 3 }));
  deepStrictEqual(patched.data, { a: 1, b: 2, c: 3 });
  const again = living(await there.patch(patched, { d: 4 }));
  deepStrictEqual([again.data, again.version], [{ a: 1, b: 2, c: 3, d: 4 }, patched.version + 1]);
  const read = living(await here.get(first.id));
  deepStrictEqual([read.data, read.version, read.expiresAt], [again.data, again.version, again.expiresAt]);
}

async function conflicts(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const first = await here.create({ a: 1, b: 1 });
  const stale = living(await there.get(first.id));
  await here.patch(first, { a: 2 });
  await rejects(there.patch(stale, { a: 3 }, { conflict: 'error' }), { code: codes.storeConflict });
  await rejects(there.patch(stale, {}, { unset: ['a'], conflict: 'error' }), { code: codes.storeConflict });
  deepStrictEqual((await here.get(first.id))?.data, { a: 2, b: 1 }, 'A conflict has written.');
  const other = living(await there.patch(stale, { b: 3 }, { conflict: 'error' }));
  deepStrictEqual(other.data, { a: 2, b: 3 }, 'A change of another field was a conflict.');
  const last = living(await there.patch(stale, { a: 4 }));
  deepStrictEqual(last.data, { a: 4, b: 3 });
}

async function increments(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const { id } = await here.create({ n: 0, other: 'x' });
  const seen = new Set<unknown>();
  const updates = Array.from({ length: 100 }, async () => {
    const { data } = living(await here.update(id, before => ({ ...before, n: Number(before['n']) + 1 })));
    seen.add(data['n']);
  });
  await Promise.all([...updates, incrementByHand(there, id, 100, seen)]);
  strictEqual(seen.size, 200, 'Two increments have made the same number.');
  deepStrictEqual((await there.get(id))?.data, { n: 200, other: 'x' });
}

/** An update as in another process, which does not share the queue of this process's updates. */
async function incrementByHand(store: Store, id: string, times: number, seen: Set<unknown>): Promise<void> {
  for (let done = 0; done < times; ) {
    const session = living(await store.get(id));
    const n = Number(session.data['n']) + 1;
    const patched = await store.patch(session, { n }, { conflict: 'error' }).catch(onlyConflict);
    if (patched === undefined) continue;
    seen.add(living(patched).data['n']);
    done += 1;
  }
}

function onlyConflict(error: unknown): undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== codes.storeConflict) throw error;
}

async function readsBesideWrites(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores({ refreshEverySeconds: 0 });
  await race(ground, async () => {
    const session = await here.create({ n: 0 });
    const [read, written] = await Promise.all([there.get(session.id), here.patch(session, { n: 1 })]);
    const found = living(read);
    const expected = found.version === session.version ? 0 : 1;
    strictEqual(found.data['n'], expected, 'A read gave old data with the version of the new ones.');
    strictEqual(living(written).version, session.version + 1);
  });
}
