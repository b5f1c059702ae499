// @ts-check
import { raceCount } from '../../support/race-count.ts';
import { runAsMain } from '../support/program.ts';

/**
 * One run of a program: what it did not await is returned, so that its end is known. That it is handled later changes nothing
 * in what it does.
 *
 * @typedef {import('mongodb').ClientSession} Session
 * @typedef {(session: Session, insert: () => Promise<unknown>) => Promise<Promise<unknown>[]>} Lucky
 */

/** @type {Readonly<Record<string, Lucky>>} */
const programs = {
  async 'commit and end, neither awaited'(session, insert) {
    session.startTransaction();
    await insert();
    return [session.commitTransaction(), session.endSession()];
  },

  async 'abort and end, neither awaited'(session, insert) {
    session.startTransaction();
    await insert();
    return [session.abortTransaction(), session.endSession()];
  },

  async 'an end in `finally` after a commit that is not awaited'(session, insert) {
    let commit = Promise.resolve();
    try {
      session.startTransaction();
      await insert();
      commit = session.commitTransaction();
    } finally {
      await session.endSession();
    }
    return [commit];
  },

  // As `from(insert).pipe(tap(() => session.commitTransaction()), finalize(() => session.endSession()))`: nobody waits for
  // what the functions of `tap` and `finalize` return.
  async 'a stream that commits in `tap` and ends in `finalize`'(session, insert) {
    const left = /** @type {Promise<unknown>[]} */ ([]);
    const tap = () => left.push(session.commitTransaction());
    const finalize = () => left.push(session.endSession());
    session.startTransaction();
    await insert().then(() => [tap(), finalize()]);
    return left;
  },

  async 'an insert that is not awaited before an end that is'(session, insert) {
    const inserted = insert();
    await session.endSession();
    return [inserted];
  },

  async 'an insert, a commit and an end, none awaited'(session, insert) {
    session.startTransaction();
    return [insert(), session.commitTransaction(), session.endSession()];
  },
};

await runAsMain(
  Object.fromEntries(Object.entries(programs).map(([name, program]) => [name, repeated(program)])),
  // On one connection the server gets the commands in the order in which they leave: on several it may take the abort of
  // the end before the commit, and what these programs store is a matter of chance on the driver alone, too.
  { maxPoolSize: 1, monitorCommands: true, writeConcern: { w: 1, journal: false } },
);

/**
 * @param {Lucky} program
 * @returns {import('../support/program.ts').Program}
 */
function repeated(program) {
  return async (client, items) => {
    const sent = /** @type {string[]} */ ([]);
    client.on('commandStarted', ({ commandName }) => sent.push(commandName));
    // A client whose connections are cold has no session for the transaction yet, and a collection that is new may have no
    // snapshot for it: that one is tried again until it has.
    await client.withSession(session => session.withTransaction(() => items.countDocuments({}, { session })));
    const orders = new Set();
    for (let run = 0; run < raceCount(10); run += 1) {
      sent.length = 0;
      const session = client.startSession();
      const insert = () => items.insertOne({ _id: String(run) }, { session });
      await Promise.allSettled(await program(session, insert));
      orders.add(sent.join(', '));
    }
    return { stored: await items.countDocuments(), orders: [...orders] };
  };
}
