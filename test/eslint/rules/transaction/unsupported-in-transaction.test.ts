import { driver, testRule } from '../../support/test-rule.ts';

testRule('unsupported-in-transaction', {
  wrong: {
    '`estimatedDocumentCount` with the session': driver(`export const count = () =>
  client.withSession(session =>
    session.withTransaction(async () => {
      return orders.estimatedDocumentCount({ session }); // ←
    }),
  );`),
    'an aggregation that writes': driver(`export const copy = () =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await orders.aggregate([{ $match: {} }, { $out: 'copies' }], { session }).toArray(); // ←
    }),
  );`),
  },
  right: {
    'the same without a transaction': driver(
      `export const count = () => client.withSession(session => orders.estimatedDocumentCount({ session }));`,
    ),
    'an index of a collection that the transaction makes': driver(`export const make = db =>
  client.withSession(session =>
    session.withTransaction(async () => {
      const returns = await db.createCollection('returns', { session });
      await returns.createIndex({ order: 1 }, { session });
    }),
  );`),
  },
});
