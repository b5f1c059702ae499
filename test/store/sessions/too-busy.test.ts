import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { changeOf, type SessionBackend } from '../../../src/store/index.ts';
import { inSteps } from '../../../src/testing/store/support/samples.ts';
import { altered, storeOn } from '../support/altered.ts';

/** Somebody else writes another field before each write and each rotation. */
function busy(): SessionBackend {
  let count = 0;
  return altered(inner => {
    const meanwhile = async (...[key, , call]: Parameters<SessionBackend['write']>) => {
      count += 1;
      await inner.write(key, changeOf({ set: new Map([['other', `${count}`]]) }), call);
    };
    return {
      async write(key, change, call) {
        await meanwhile(key, change, call);
        return inner.write(key, change, call);
      },
      async rotate(rotation, call) {
        await meanwhile(rotation.from, changeOf({}), call);
        return (await inner.rotate?.(rotation, call)) ?? { outcome: 'ended' };
      },
    };
  });
}

const tooBusy = {
  code: codes.storeConflict,
  message: expect.stringContaining('Others have changed this session without a pause for 100 ms'),
};

test.each([
  ['patch that refuses to overwrite', busy()],
  ['rotation', busy()],
  ['rotation in steps', inSteps(busy())],
])('A %s gives up in time against others who never pause.', async (name, backend) => {
  const store = storeOn(backend, { updateTimeoutMS: 100 });
  const session = await store.create({ a: 1 });
  const call = name.startsWith('patch')
    ? store.patch(session, { a: 2 }, { conflict: 'error' })
    : store.rotate(session);
  await expect(call).rejects.toMatchObject(tooBusy);
  expect(await store.get(session.id)).toMatchObject({ data: { a: 1 } });
});
