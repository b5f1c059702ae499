import { ok, rejects, strictEqual } from 'node:assert';
import { codes } from '../../../errors/codes.ts';
import { hashId } from '../../../store/ids/session-id.ts';
import type { Ground } from '../support/ground.ts';
import { aUser, living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';

/** The content of the storage itself; only if the options let the suite read it. */
export function storageCases(ground: Ground): readonly ContractCase[] {
  const { dump, sizeLimit } = ground.options;
  return [
    ...(dump === undefined
      ? []
      : [{ title: 'A raw dump of the storage holds no usable id.', run: () => noId(ground, dump) }]),
    ...(sizeLimit === undefined
      ? []
      : [
          {
            title: 'A session over the limit of size is refused before it is sent, and nothing is written.',
            run: () => tooLarge(ground, sizeLimit),
          },
        ]),
  ];
}

async function noId(ground: Ground, dump: () => string | Promise<string>): Promise<void> {
  const store = await ground.store();
  const user = aUser();
  const session = await store.create({ a: 1 }, { user });
  const rotated = living(await store.rotate(session, { graceSeconds: 600 }));
  const text = await dump();
  ok(
    text.includes(hashId(rotated.id)),
    "The dump does not hold the session's hash: `dump` must give all that is stored.",
  );
  for (const { id } of [session, rotated])
    ok(!text.includes(id) && !text.includes(id.slice(13)), 'The dump holds an id, or the secret of one.');
}

async function tooLarge(ground: Ground, sizeLimit: number): Promise<void> {
  const store = await ground.store();
  const refused = { code: codes.storeTooLarge };
  const user = aUser();
  const large = 'x'.repeat(sizeLimit);
  await rejects(store.create({ large }, { user }), refused);
  const session = await store.create({ a: 1 }, { user });
  await rejects(store.patch(session, { large }), refused);
  await rejects(
    store.update(session.id, data => ({ ...data, large })),
    refused,
  );
  strictEqual(Object.keys(living(await store.get(session.id)).data).join(), 'a');
  strictEqual((await store.list(user)).length, 1);
}
