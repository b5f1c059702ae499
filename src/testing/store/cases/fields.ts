import { deepStrictEqual, rejects, strictEqual } from 'node:assert';
import { codes } from '../../../errors/codes.ts';
import type { Data, Ground } from '../support/ground.ts';
import { aUser, living } from '../support/samples.ts';
import type { ContractCase } from '../options.ts';

const unstorable = { code: codes.storeUnstorable };

/** Names that a server could take for a path, an operator, an escape, or the end of a text. */
const names = [
  'plain',
  '',
  ' ',
  'a.b',
  '.',
  '$x',
  '$set',
  '%',
  '%2E',
  '_',
  '__proto__',
  'constructor',
  '_id',
  '0',
  '-1',
  'nul\u0000here',
  '\u0000',
  'quote"\'`\\',
  'line\nbreak\r\t',
  'ünï€ 😀',
  'ﬀ\u202e',
  'n'.repeat(300),
];
const values: readonly unknown[] = [
  null,
  true,
  0,
  -0.1,
  1e300,
  Number.MAX_SAFE_INTEGER,
  '',
  '$d.x',
  '$$NOW',
  'nul\u0000here',
  '\ud800',
  '"]}\n',
  [],
  {},
  [[], {}, [null]],
  { $gt: 1, 'a.b': { '': [] }, nested: { deep: [1, { deeper: '$x' }] } },
  '😀'.repeat(1000),
];

/** Data is read as it was written, whatever the names of its fields. */
export function fieldCases(ground: Ground): readonly ContractCase[] {
  return [
    {
      title: 'Fields of any name come back from create, patch and update, and can be removed.',
      run: () => anyName(ground),
    },
    {
      title: 'Values come back as JSON gives them back, and texts that look like expressions stay texts.',
      run: () => anyValue(ground),
    },
    {
      title: 'Users and devices of any text come back, and are not mixed up.',
      run: () => anyUser(ground),
    },
    {
      title:
        'A Date comes back as its text, undefined is not a field, and what is not JSON is refused with nothing written.',
      run: () => notJSON(ground),
    },
    {
      title: 'A session of 500 fields and 64 KB comes back, and one of its fields can be changed.',
      run: () => many(ground),
    },
  ];
}

/** Also where the name is `__proto__`. */
function dataOf(entries: readonly (readonly [string, unknown])[]): Data {
  return Object.fromEntries(entries);
}

async function anyName(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const created = dataOf(names.map((name, index) => [name, index]));
  const session = await here.create(created);
  deepStrictEqual(living(await there.get(session.id)).data, created);
  const changed = dataOf(names.map((name, index) => [name, [name, index]]));
  const patched = living(await there.patch(session, changed));
  deepStrictEqual(patched.data, changed);
  deepStrictEqual(living(await here.get(session.id)).data, changed);
  const half = names.filter((_, index) => index % 2 === 0);
  living(await here.patch(patched, {}, { unset: half }));
  const left = dataOf(Object.entries(changed).filter(([name]) => !half.includes(name)));
  deepStrictEqual(living(await there.get(session.id)).data, left);
  living(await there.update(session.id, () => created));
  deepStrictEqual(living(await here.get(session.id)).data, created);
  for (const name of names) living(await there.patch(session, {}, { unset: [name] }));
  deepStrictEqual(living(await here.get(session.id)).data, {});
}

async function anyValue(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const data = dataOf(values.map((value, index) => [`v${index}`, value]));
  const session = await here.create(data);
  deepStrictEqual(living(await there.get(session.id)).data, data);
  const turned = dataOf(values.map((value, index) => [`v${values.length - index}`, value]));
  living(await here.patch(session, turned));
  deepStrictEqual(living(await there.get(session.id)).data, { ...data, ...turned });
}

async function anyUser(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const own = aUser();
  const texts = ['$d.x', '$$NOW', 'a.b', '{"$gt":""}', 'nul\u0000here', '*', 'ünï€ 😀', '%00', '__proto__'];
  const users = texts.flatMap(text => [`${text}${own}`, `${own}${text}`]);
  const made = await Promise.all(
    users.map((user, index) => here.create({}, { user, device: texts[index % 9] ?? '' })),
  );
  for (const [index, user] of users.entries()) {
    const session = made[index];
    const read = living(await there.get(session?.id ?? ''));
    deepStrictEqual([read.user, read.device], [user, texts[index % 9]]);
    const listed = await there.list(user);
    deepStrictEqual(
      listed.map(({ handle, device }) => [handle, device]),
      [[read.handle, read.device]],
    );
  }
  strictEqual(await there.destroyAll(users[0] ?? ''), 1);
  const alive = await Promise.all(made.map(async ({ id }) => (await here.get(id)) !== null));
  deepStrictEqual(alive, [false, ...Array<boolean>(users.length - 1).fill(true)]);
}

async function notJSON(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const user = aUser();
  const at = new Date(0);
  const session = await here.create({ at, none: undefined, gone: 1 }, { user });
  deepStrictEqual(session.data, { at: at.toISOString(), gone: 1 });
  living(await here.patch(session, { gone: undefined }));
  deepStrictEqual(living(await there.get(session.id)).data, { at: at.toISOString() });
  const circle: Data = {};
  circle['self'] = circle;
  for (const bad of [
    { fine: 1, n: 1n },
    { fine: 1, circle },
  ]) {
    await rejects(here.create(bad, { user }), unstorable);
    await rejects(here.patch(session, bad), unstorable);
    await rejects(
      here.update(session.id, () => bad),
      unstorable,
    );
  }
  deepStrictEqual(living(await there.get(session.id)).data, { at: at.toISOString() });
  strictEqual((await there.list(user)).length, 1);
}

async function many(ground: Ground): Promise<void> {
  const [here, there] = await ground.stores();
  const data = dataOf(Array.from({ length: 500 }, (_, index) => [`field${index}`, 'x'.repeat(130)]));
  const session = await here.create(data);
  deepStrictEqual(living(await there.get(session.id)).data, data);
  living(await there.patch(session, { field7: 'changed' }, { unset: ['field8'] }));
  const { field8: _, ...left } = data;
  deepStrictEqual(living(await here.get(session.id)).data, { ...left, field7: 'changed' });
}
