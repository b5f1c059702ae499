// @ts-check
import { createRequire } from 'node:module';
import { raceCount } from '../../support/race-count.ts';
import { programInput, runAsMain } from '../support/program.ts';

const { uri, db, driver } = programInput();

/** @type {typeof import('mongoose')} */
const mongoose = createRequire(import.meta.url)(driver === 'mongodb' ? 'mongoose' : 'mongoose8');

/**
 * @typedef {import('mongoose').Connection} Connection
 * @typedef {import('mongoose').ClientSession} Session
 * @typedef {(connection: Connection, save: (session: Session) => Promise<unknown>) => Promise<Promise<unknown>[]>} Lucky
 */

/** @type {Readonly<Record<string, Lucky>>} */
const programs = {
  async '`connection.transaction` with a `save` that is not awaited'(connection, save) {
    const left = /** @type {Promise<unknown>[]} */ ([]);
    await connection.transaction(async session => {
      left.push(save(session));
    });
    return left;
  },

  async 'commit and end of a session of mongoose, neither awaited'(connection, save) {
    const session = await connection.startSession();
    session.startTransaction();
    await save(session);
    return [session.commitTransaction(), session.endSession()];
  },
};

await runAsMain(
  Object.fromEntries(Object.entries(programs).map(([name, program]) => [name, repeated(program)])),
);

/**
 * @param {Lucky} program
 * @returns {import('../support/program.ts').Program}
 */
function repeated(program) {
  return async (_client, items, adopt) => {
    const writeConcern = { w: 1, journal: false };
    const options = { dbName: db, maxPoolSize: 1, monitorCommands: true, writeConcern };
    const connection = await mongoose.createConnection(uri, options).asPromise();
    await adopt(connection);
    const Item = connection.model('Item', new mongoose.Schema({ _id: String }));
    await Item.init();
    const sent = /** @type {string[]} */ ([]);
    connection.getClient().on('commandStarted', ({ commandName }) => sent.push(commandName));
    // A collection that is new may have no snapshot for a transaction: this one is tried again until it has.
    await connection.transaction(session => Item.countDocuments().session(session));
    const orders = new Set();
    for (let run = 0; run < raceCount(10); run += 1) {
      sent.length = 0;
      const save = (/** @type {Session} */ session) => new Item({ _id: String(run) }).save({ session });
      await Promise.allSettled(await program(connection, save));
      orders.add(sent.join(', '));
    }
    const stored = await items.countDocuments();
    await connection.close();
    return { stored, orders: [...orders] };
  };
}
