import { driver, testRule } from '../../support/test-rule.ts';

testRule('hidden-transient-error', {
  wrong: {
    'an error of its own without the cause': driver(`export const take = sku =>
  client.withSession(session =>
    session.withTransaction(async () => {
      try {
        await orders.updateOne({ sku }, { $inc: { left: -1 } }, { session }); // ←
      } catch (error) {
        throw new Error(\`cannot take \${sku}: \${error.message}\`);
      }
    }),
  );`),
  },
  right: {
    'the cause is given': driver(`export const take = sku =>
  client.withSession(session =>
    session.withTransaction(async () => {
      try {
        await orders.updateOne({ sku }, { $inc: { left: -1 } }, { session });
      } catch (cause) {
        throw new Error(\`cannot take \${sku}\`, { cause });
      }
    }),
  );`),
    'one kind of error is replaced': driver(`export const take = sku =>
  client.withSession(session =>
    session.withTransaction(async () => {
      try {
        await orders.updateOne({ sku }, { $inc: { left: -1 } }, { session });
      } catch (error) {
        if (error.code === 121) throw new RangeError('no such number');
        throw error;
      }
    }),
  );`),
  },
});
