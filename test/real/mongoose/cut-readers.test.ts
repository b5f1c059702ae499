import type { ClientSession } from 'mongoose';
import { expect } from 'vitest';
import { gate } from '../../support/gate.ts';
import { codeOf, failureOf } from '../support/outcome.ts';
import { type MongooseFixture, mongooseFixture } from './support/mongoose-fixture.ts';
import { onEachMongoose } from './support/on-each-mongoose.ts';

type Turn = () => Promise<void>;
type Read = (fixture: MongooseFixture, session: ClientSession, turn: Turn) => Promise<unknown>;

async function pull(cursor: { next(): Promise<unknown> }, turn: Turn): Promise<void> {
  while ((await cursor.next()) !== null) await turn();
}

async function iterate(cursor: AsyncIterable<unknown>, turn: (document: unknown) => unknown): Promise<void> {
  for await (const document of cursor) await turn(document);
}

// Lean, since mongoose itself refuses to make a document whose session has ended.
const find = ({ Item }: MongooseFixture, session: ClientSession) =>
  Item.find().lean().session(session).cursor({ batchSize: 2 });

const aggregate = ({ Item }: MongooseFixture, session: ClientSession) =>
  Item.aggregate([{ $match: {} }])
    .session(session)
    .cursor({ batchSize: 2 });

const readers: Readonly<Record<string, Read>> = {
  'query: for await': (fixture, session, turn) => iterate(find(fixture, session), turn),
  'query: next': (fixture, session, turn) => pull(find(fixture, session), turn),
  'query: eachAsync': (fixture, session, turn) => find(fixture, session).eachAsync(turn),
  'aggregate: for await': (fixture, session, turn) => iterate(aggregate(fixture, session), turn),
  'aggregate: next': (fixture, session, turn) => pull(aggregate(fixture, session), turn),
  'aggregate: eachAsync': (fixture, session, turn) => aggregate(fixture, session).eachAsync(turn),
};

type Cut = (fixture: MongooseFixture, session: ClientSession) => Promise<unknown>;

interface Row {
  readonly inTransaction?: boolean;
  readonly cut: Cut;
  readonly code: string;
}

const cuts: Readonly<Record<string, Row>> = {
  endSession: {
    cut: (_fixture, session) => session.endSession(),
    code: 'ERR_SESSION_GUARD_EXPIRED_SESSION',
  },
  commitTransaction: {
    inTransaction: true,
    cut: (_fixture, session) => session.commitTransaction(),
    code: 'ERR_SESSION_GUARD_ATTEMPT_OVER',
  },
  abortTransaction: {
    inTransaction: true,
    cut: (_fixture, session) => session.abortTransaction(),
    code: 'ERR_SESSION_GUARD_ATTEMPT_OVER',
  },
  'connection.close': {
    cut: ({ connection }) => connection.close(),
    code: 'ERR_SESSION_GUARD_EXPIRED_SESSION',
  },
};

/** @returns the error that the reader got */
async function readUnder(
  fixture: MongooseFixture,
  { inTransaction, cut }: Row,
  read: Read,
): Promise<unknown> {
  const { Item, connection } = fixture;
  await Item.insertMany(Array.from({ length: 6 }, (_, n) => ({ _id: String(n) })));
  const session = await connection.startSession();
  if (inTransaction === true) session.startTransaction();
  const first = gate();
  const goOn = gate();
  const failure = failureOf(
    read(fixture, session, () => {
      first.open();
      return goOn.opened;
    }),
  );
  await first.opened;
  await cut(fixture, session);
  goOn.open();
  return failure;
}

for (const [name, row] of Object.entries(cuts)) {
  for (const [reader, read] of Object.entries(readers)) {
    onEachMongoose(`${name} gives the reader (${reader}) an error with its line`, async copy => {
      const error = await readUnder(await mongooseFixture(copy), row, read);
      expect(codeOf(error)).toBe(row.code);
      expect(error).toMatchObject({
        endedAt: expect.stringContaining(import.meta.filename),
        usedAt: expect.stringContaining(import.meta.filename),
      });
    });
  }
}

onEachMongoose('`Model.watch` hears an error when its session has ended', async copy => {
  const { Item, connection } = await mongooseFixture(copy);
  const session = await connection.startSession();
  const stream = Item.watch([], { session });
  const failure = new Promise(resolve => void stream.on('error', resolve));
  const changes: unknown[] = [];
  stream.on('change', change => void changes.push(change));
  for (let n = 0; changes.length === 0; n += 1) await Item.create({ _id: String(n) });
  await session.endSession();
  expect(codeOf(await failure)).toBe('ERR_SESSION_GUARD_EXPIRED_SESSION');
});
