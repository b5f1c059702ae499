import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { outcomeOf } from '../support/outcome.ts';
import { mongooseFixture } from './support/mongoose-fixture.ts';
import { onEachMongoose } from './support/on-each-mongoose.ts';

onEachMongoose('A session waits for a document that is still being validated.', async copy => {
  const { connection, lib, findings } = await mongooseFixture(copy);
  const slow = { type: Number, validate: () => sleep(30, true) };
  const Slow = connection.model('Slow', new lib.Schema({ n: slow }));
  await Slow.init();
  for (let round = 0; round < 5; round += 1) {
    const session = await connection.startSession();
    const saved = outcomeOf(new Slow({ n: round }).save({ session }));
    await session.endSession();
    expect((await saved).error).toBeUndefined();
  }
  expect(findings.map(({ rule }) => rule)).toEqual(['unawaited-operation']);
});

onEachMongoose('A transaction waits for hooks before it is committed.', async copy => {
  const { connection, lib, manager } = await mongooseFixture(copy);
  const schema = new lib.Schema({ n: Number });
  schema.pre('save', () => sleep(30));
  const Slow = connection.model('Slow', schema);
  await Slow.init();
  await Slow.createCollection();
  const saved: Promise<unknown>[] = [];
  await manager.withTxn(async session => {
    await Slow.countDocuments().session(session);
    saved.push(outcomeOf(new Slow({ n: 1 }).save({ session })));
  });
  await Promise.all(saved);
  expect(await Slow.countDocuments()).toBe(1);
});

onEachMongoose('A hook may end the session of its own save.', async copy => {
  // Longer than a test may take: if the end waited for the save, the test would not come to its end.
  const { connection, lib } = await mongooseFixture(copy, { drainTimeoutMS: 3_600_000 });
  const schema = new lib.Schema({ n: Number });
  schema.post('save', async document => {
    await document.$session()?.endSession();
  });
  const Ending = connection.model('Ending', schema);
  await Ending.init();
  const session = await connection.startSession();
  await new Ending({ n: 1 }).save({ session });
  expect(session.hasEnded).toBe(true);
});
