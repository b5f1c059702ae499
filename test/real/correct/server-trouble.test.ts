import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms, type Stage } from '../support/correct-programs.ts';
import { failCommand, type FailCommand } from '../support/fail-point.ts';
import { codeOf, failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const once = ({ admin, appName }: Stage, data: FailCommand, times = 1) =>
  failCommand(admin, appName, { times }, data);

// The server fails, is slow, or is lost for a moment. The program does what the driver's documentation says.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'a write loses its connection in the transaction: the driver runs the callback again': async stage => {
    const items = await stage.make('items');
    await once(stage, { failCommands: ['insert'], closeConnection: true });
    let attempts = 0;
    await stage.client.withSession(session =>
      session.withTransaction(async () => {
        attempts += 1;
        await items.insertOne({ _id: 'a' }, { session });
        await items.updateOne({ _id: 'a' }, { $set: { attempts } }, { session });
      }),
    );
    expect(await items.findOne()).toEqual({ _id: 'a', attempts: 2 });
  },
  'the answer to the commit is lost: the driver commits again': async stage => {
    const items = await stage.make('items');
    await once(stage, { failCommands: ['commitTransaction'], closeConnection: true }, 2);
    await stage.client.withSession(session =>
      session.withTransaction(() => items.insertOne({ _id: 'a' }, { session })),
    );
    expect(await items.countDocuments()).toBe(1);
  },
  'the commit is refused once, as the server steps down: the driver commits again': async stage => {
    const items = await stage.make('items');
    await once(stage, {
      failCommands: ['commitTransaction'],
      errorCode: 189,
      errorLabels: ['RetryableWriteError'],
    });
    await stage.client.withSession(session =>
      session.withTransaction(() => items.insertOne({ _id: 'a' }, { session })),
    );
    expect(await items.countDocuments()).toBe(1);
  },
  'the abort is refused once: the driver sends it again': async stage => {
    const items = await stage.make('items');
    const refused = { errorCode: 11_602, errorLabels: ['RetryableWriteError'] };
    await once(stage, { failCommands: ['abortTransaction'], ...refused });
    const session = stage.client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 'a' }, { session });
    await session.abortTransaction();
    await session.endSession();
    expect(await items.countDocuments()).toBe(0);
  },
  'a plain write and a plain read lose their connections: both are retried by the driver': async stage => {
    const items = await stage.make('items');
    await stage.client.withSession(async session => {
      await once(stage, { failCommands: ['insert'], closeConnection: true });
      await items.insertOne({ _id: 'a' }, { session });
      await once(stage, { failCommands: ['find'], closeConnection: true });
      expect(await items.find({}, { session }).toArray()).toEqual([{ _id: 'a' }]);
    });
  },
  'a cursor loses its connection between batches: the error is caught, and it is read again from the last id':
    async stage => {
      const items = await stage.make('items');
      await items.insertMany(['a', 'b', 'c'].map(_id => ({ _id })));
      await once(stage, { failCommands: ['getMore'], errorCode: 237 });
      const seen: string[] = [];
      const read = () =>
        stage.client.withSession(async session => {
          const rest = { _id: { $gt: seen.at(-1) ?? '' } };
          for await (const { _id } of items.find(rest, { session, batchSize: 1 }).sort({ _id: 1 }))
            seen.push(_id);
        });
      expect(codeOf(await failureOf(read()))).toBe(237);
      await read();
      expect(seen).toEqual(['a', 'b', 'c']);
    },
  'an operation is slow, its time limit ends it, and the error leaves the callback': async stage => {
    const items = await stage.make('items');
    await once(stage, { failCommands: ['find'], errorCode: 50 });
    const failure = await failureOf(
      stage.client.withSession(session =>
        session.withTransaction(() => items.findOne({}, { session, maxTimeMS: 50 })),
      ),
    );
    expect(codeOf(failure)).toBe(50);
  },
  'operations are slow, in the transaction and beside it: all are awaited': async stage => {
    const items = await stage.make('items');
    await once(stage, { failCommands: ['insert'], blockConnection: true, blockTimeMS: 40 }, 2);
    await Promise.all([
      stage.client.withSession(session =>
        session.withTransaction(() => items.insertOne({ _id: 'a' }, { session })),
      ),
      stage.client.withSession(session => items.insertOne({ _id: 'b' }, { session })),
    ]);
    expect(await items.countDocuments()).toBe(2);
  },
  'a change stream loses its connection: the driver resumes it by itself': async stage => {
    const items = await stage.make('items');
    const stream = items.watch();
    await stream.tryNext();
    await once(stage, { failCommands: ['getMore'], closeConnection: true });
    const second = stream.next();
    await items.insertOne({ _id: 'b' });
    expect(await second).toMatchObject({ documentKey: { _id: 'b' } });
    await stream.close();
  },
  'a write is not known to be on the majority: the error is caught, and the caller reads what is there':
    async stage => {
      const items = await stage.make('items');
      const writeConcernError = { code: 64, errmsg: 'waiting for replication timed out' };
      await once(stage, { failCommands: ['insert'], writeConcernError });
      const stored = await stage.client.withSession(async session => {
        const failure = await failureOf(items.insertOne({ _id: 'a' }, { session }));
        if (failure !== undefined) await sleep(1);
        return items.findOne({}, { session });
      });
      expect(stored).toEqual({ _id: 'a' });
    },
  'an aggregation is interrupted on a session, and asked for again on the same one': async stage => {
    const items = await stage.make('items');
    await items.insertOne({ _id: 'a' });
    await once(stage, { failCommands: ['aggregate'], errorCode: 11_601 });
    await stage.client.withSession(async session => {
      const count = () => items.countDocuments({}, { session });
      expect(await count().catch(count)).toBe(1);
    });
  },
};

correctPrograms(programs, ownReplicaSet());
