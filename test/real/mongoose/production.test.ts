import type { ClientSession, HydratedDocument } from 'mongoose';
import { expect, vi } from 'vitest';
import { currentScope } from '../../../src/guard/scope/async-scope.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { failureOf } from '../support/outcome.ts';
import { mongooseFixture, type Thing } from './support/mongoose-fixture.ts';
import { onEachMongoose } from './support/on-each-mongoose.ts';

onEachMongoose(
  'In production a call enters no scope before it has to, and a second finding has a place.',
  async copy => {
    vi.stubEnv('NODE_ENV', 'production');
    const { connection, Item, findings, lib } = await mongooseFixture(copy);
    const scopes: (string | undefined)[] = [];
    const schema = new lib.Schema({ _id: String });
    schema.pre('save', () => void scopes.push(currentScope()?.kind));
    const Hooked = connection.model('Hooked', schema);
    await Hooked.init();
    const session = await connection.startSession();
    await new Hooked({ _id: 'plain' }).save();
    await new Hooked({ _id: 'in a session' }).save({ session });
    expect(scopes).toEqual([undefined, 'call']);
    await session.endSession();
    await failureOf(Item.find().session(session).exec());
    await failureOf(Item.find().session(session).exec());
    expect(findings.map(({ place }) => place?.file)).toEqual([undefined, import.meta.filename]);
    vi.unstubAllEnvs();
  },
);

const misuse = misusesIn(import.meta.filename);

async function store(item: HydratedDocument<Thing>, session?: ClientSession): Promise<void> {
  await item.save({ session } as never); // misuse: without its session
}

onEachMongoose('In production a save that takes the session away is found at its own line.', async copy => {
  vi.stubEnv('NODE_ENV', 'production');
  const { connection, Item, findings } = await mongooseFixture(copy);
  await Item.create({ _id: 'a' });
  await connection.transaction(async session => {
    const item = await Item.findById('a').session(session).orFail();
    item.n = 2;
    await store(item);
  });
  expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'without its session')]);
  vi.unstubAllEnvs();
});
