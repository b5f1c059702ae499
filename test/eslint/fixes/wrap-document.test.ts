import { withModels } from '../support/test-rule.ts';
import { testSuggestion } from '../support/test-suggestion.ts';

const inTransaction = (work: string) =>
  withModels(`export const place = id =>
  mongoose.connection.transaction(async session => {
    ${work}
    await User.updateOne({ _id: id }, { $inc: { n: 1 } }, { session });
  });`);

testSuggestion({
  rule: 'outside-transaction',
  says: 'Put the document into an array.',
  offered: {
    'a literal': {
      code: inTransaction('await Order.create({ id }, { session });'),
      changes: { '{ id }, {': '[{ id }], {' },
    },
    'a variable, and the first of what is created': {
      code: inTransaction('const data = { id };\n    const [order] = await Order.create(data, { session });'),
      changes: { 'create(data,': 'create([data],' },
    },
  },
  silent: {
    'the result has a name': inTransaction('const order = await Order.create({ id }, { session });'),
    'two results are taken apart': inTransaction('const [a, b] = await Order.create({ id }, { session });'),
    'a third argument': inTransaction('await Order.create({ id }, { session }, { id: 2 });'),
    'what may be a second document': inTransaction('await Order.create({ id }, { session, paid: true });'),
    'something is called on it': inTransaction('await Order.create({ id }, { session }).then(show);'),
  },
});
