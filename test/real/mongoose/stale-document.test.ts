import { describe, expect, test } from 'vitest';
import { foundIn, misusesIn } from '../support/found.ts';
import { failureOf } from '../support/outcome.ts';
import { type MongooseFixture, mongooseFixture } from './support/mongoose-fixture.ts';
import { type MongooseCopy, mongooses } from './support/mongooses.ts';
import { conflictIn, storedIn, withTransaction } from './support/transactions.ts';

const misuse = misusesIn(import.meta.filename);

/** Until then mongoose sends the deletion again: there is nothing to find. */
const deletionIsKeptSince: Readonly<Record<string, number>> = { 8: 21, 9: 1 };
const deletion = 'a deletion that the next attempt does not send';
const secondSave = 'a second save of an attempt of connection.transaction';

function sendsDeletionAgain({ lib }: MongooseCopy): boolean {
  const [major = '', minor] = lib.version.split('.');
  return Number(minor) < (deletionIsKeptSince[major] ?? 0);
}

/** `connection.transaction` does not restore changed documents. */
function restoresNothing({ lib }: MongooseCopy): boolean {
  return lib.version.startsWith('8.0.');
}

type Program = (fixture: MongooseFixture) => Promise<unknown>;

const incorrect: Readonly<Record<string, Program>> = {
  'a changed document that the next attempt does not send': async fixture => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    await withTransaction(fixture, async session => {
      item.n = 2;
      await item.save({ session }); // misuse: update
      conflict();
    });
    expect(await storedIn(fixture)).toMatchObject([{ n: 1 }]);
    expect(foundIn(fixture.findings)).toEqual([misuse('stale-document', 'update')]);
    expect(fixture.findings[0]?.message).toContain('this save leaves out n:');
  },
  'an attempt that sends less': async fixture => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1, friend: 'b' });
    let counter = 10;
    await withTransaction(fixture, async session => {
      item.friend = 'c';
      item.n = counter += 1;
      await item.save({ session }); // misuse: less
      conflict();
    });
    expect(await storedIn(fixture)).toMatchObject([{ n: 12, friend: 'b' }]);
    expect(foundIn(fixture.findings)).toEqual([misuse('stale-document', 'less')]);
    expect(fixture.findings[0]?.message).toContain('leaves out friend:');
  },
  [secondSave]: async fixture => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1, friend: 'b' });
    await fixture.connection.transaction(async session => {
      item.n = 2;
      await item.save({ session }); // misuse: second save
      item.friend = 'c';
      await item.save({ session });
      conflict();
    });
    // As without the guard: mongoose restores what the first save of the attempt has sent.
    expect(await storedIn(fixture)).toMatchObject([{ n: 2, friend: 'b' }]);
    expect(foundIn(fixture.findings)).toEqual([misuse('stale-document', 'second save')]);
  },
  'a change under a key that is data, which the finding does not name,': async fixture => {
    const { connection, lib, findings } = fixture;
    const conflict = conflictIn(fixture);
    const line = new lib.Schema({ left: Number });
    const schema = new lib.Schema(
      {
        _id: String,
        by: { type: Map, of: Number },
        any: {},
        home: new lib.Schema({ n: Number }),
        lines: [line],
      },
      { strict: false },
    );
    const Mapped = connection.model('Mapped', schema);
    const stored = { _id: 'a', by: { kai: 1 }, any: { ada: 1 }, home: { n: 1 }, lines: [{ left: 1 }] };
    const item = await new Mapped(stored).save();
    const changes = { 'by.kai': 2, 'by.bo': 2, 'any.ada': 2, 'home.n': 2, 'lines.0.left': 2, eve: 2 };
    await withTransaction(fixture, async session => {
      for (const [path, value] of Object.entries(changes)) item.set(path, value);
      await item.save({ session }); // misuse: under a key
      conflict();
    });
    expect(foundIn(findings)).toEqual([misuse('stale-document', 'under a key')]);
    const all = findings[0]?.message.match(/leaves out (.*):/)?.[1];
    expect(all).toBe('by.*, any.*, home.n and 2 more');
  },
  'a new document that the next attempt does not insert': async fixture => {
    const conflict = conflictIn(fixture);
    const item = new fixture.Item({ _id: 'a', n: 1 });
    const saved = withTransaction(fixture, async session => {
      await item.save({ session }); // misuse: insert
      conflict();
    });
    expect(await failureOf(saved)).toMatchObject({ name: 'DocumentNotFoundError' });
    expect(await storedIn(fixture)).toEqual([]);
    expect(foundIn(fixture.findings)).toEqual([misuse('stale-document', 'insert')]);
  },
  [deletion]: async fixture => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    await withTransaction(fixture, async session => {
      await item.deleteOne({ session }); // misuse: delete
      conflict();
    });
    expect(await storedIn(fixture)).toMatchObject([{ n: 1 }]);
    expect(foundIn(fixture.findings)).toEqual([misuse('stale-document', 'delete')]);
  },
  'a change that is lost by a loop by hand, a session for each attempt,': async fixture => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    for (let done = false; !done; ) {
      const session = await fixture.connection.startSession();
      session.startTransaction();
      try {
        item.n = 2;
        await item.save({ session }); // misuse: by hand
        conflict();
        await session.commitTransaction();
        done = true;
      } catch {
        await session.abortTransaction();
      }
      await session.endSession();
    }
    expect(await storedIn(fixture)).toMatchObject([{ n: 1 }]);
    expect(foundIn(fixture.findings)).toEqual([misuse('stale-document', 'by hand')]);
  },
};

const restored = 'a document that connection.transaction restores';

const correct: Readonly<Record<string, Program>> = {
  'a document that is loaded inside the callback': async fixture => {
    const conflict = conflictIn(fixture);
    await fixture.Item.create({ _id: 'a', n: 1 });
    await withTransaction(fixture, async session => {
      const item = await fixture.Item.findById('a').session(session).orFail();
      item.n = 2;
      await item.save();
      conflict();
    });
  },
  'a document that each attempt changes to another value': async fixture => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    await withTransaction(fixture, async session => {
      item.n = (item.n ?? 0) + 1;
      await item.save({ session });
      conflict();
    });
  },
  'a document of an attempt that committed, saved in the next transaction': async fixture => {
    const item = await fixture.Item.create({ _id: 'a', n: 1, friend: 'b' });
    await withTransaction(fixture, async session => {
      item.n = 2;
      await item.save({ session });
    });
    await withTransaction(fixture, async session => {
      item.friend = 'c';
      await item.save({ session });
    });
  },
  'a document that is saved twice in one attempt': async fixture => {
    const item = new fixture.Item({ _id: 'a', n: 1 });
    await withTransaction(fixture, async session => {
      await item.save({ session });
      item.friend = 'c';
      await item.save({ session });
      await item.save({ session });
    });
  },
  [restored]: async fixture => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    await fixture.connection.transaction(async session => {
      item.n = 2;
      await item.save({ session });
      conflict();
    });
    expect(await storedIn(fixture)).toMatchObject([{ n: 2 }]);
  },
  'a document that was saved without a transaction in between': async fixture => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    let attempts = 0;
    await withTransaction(fixture, async session => {
      attempts += 1;
      if (attempts === 1) {
        item.n = 2;
        await item.save({ session });
      }
      conflict();
      item.friend = 'c';
      item.markModified('n');
      await item.save({ session });
    });
    expect(await storedIn(fixture)).toMatchObject([{ n: 2, friend: 'c' }]);
  },
  'a question for the changes, which saves nothing': async fixture => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    await withTransaction(fixture, async session => {
      item.$session(session);
      item.n = 2;
      item.getChanges();
      conflict();
      await item.save();
    });
  },
};

describe.each(mongooses)('$name', copy => {
  test.for(Object.entries(incorrect))('observed, this is found: %s', async ([title, program], { skip }) => {
    skip(
      title === deletion && sendsDeletionAgain(copy),
      `mongoose ${copy.lib.version} sends the deletion again`,
    );
    skip(title === secondSave && restoresNothing(copy), `${copy.lib.version} restores nothing`);
    await program(await mongooseFixture(copy, { protect: false }));
  });

  test.for(Object.entries(correct))(
    'observed, nothing is found of %s',
    async ([title, program], { skip }) => {
      skip(title === restored && restoresNothing(copy), `${copy.lib.version} restores nothing`);
      const fixture = await mongooseFixture(copy, { protect: false });
      await program(fixture);
      expect(fixture.findings).toEqual([]);
    },
  );
});
