import { driver } from '../support/test-rule.ts';
import { testSuggestion } from '../support/test-suggestion.ts';

const inTransaction = (work: string, before = '') =>
  driver(`${before}export const place = (rows, other) =>
  client.withSession(session =>
    session.withTransaction(async () => {
      ${work}
    }),
  );`);

const insert = 'orders.insertOne(row, { session })';
const all = (callback: string) => inTransaction(`await Promise.all(rows.map(${callback}));`);
const block = (statements: string) => all(`async row => { ${statements} }`);

function becomes(callback: string, rounds: string) {
  return {
    code: all(callback),
    changes: { [`await Promise.all(rows.map(${callback}));`]: `for (const row of rows) ${rounds}` },
  };
}

testSuggestion({
  rule: 'parallel-in-transaction',
  says: 'Do one after the other, in a loop.',
  offered: {
    'a block': becomes(`async row => { await ${insert}; }`, `{ await ${insert}; }`),
    'a block with a comment, a variable and a branch': becomes(
      `async row => {
        // The amount is that of the row.
        const { amount } = row;
        if (amount > 0) await ${insert};
      }`,
      `{
        // The amount is that of the row.
        const { amount } = row;
        if (amount > 0) await ${insert};
      }`,
    ),
    'an expression': becomes(`row => ${insert}`, `await ${insert};`),
    'an expression with `await`': becomes(`async (row) => await ${insert}`, `await ${insert};`),
  },
  silent: {
    'a `return`': block(`if (row.done) return; await ${insert};`),
    'a loop that is left': block(`for (const one of row.items) { if (one) break; } await ${insert};`),
    'a promise that the callback does not wait for': block(`${insert};`),
    'a second promise that it does not wait for': block(
      `users.insertOne(row, { session }); await ${insert};`,
    ),
    'a function for later': block(`await ${insert}; later(() => row);`),
    'the index': all(`async (row, index) => { await ${insert}; }`),
    'a pattern': all(`async ({ row }) => { await ${insert}; }`),
    'a default': all(`async (row = {}) => { await ${insert}; }`),
    'a function with a `this` of its own': all(`async function (row) { await ${insert}; }`),
    'an element that gets another value': block(`row = { ...row }; await ${insert};`),
    'a list that the callback reads': block(`await ${insert}; if (rows.length > 9) show(rows);`),
    'an element with the name of the list': all(
      `async rows => { await orders.insertOne(rows, { session }); }`,
    ),
    'a variable of the function': block(`var stored = row; await ${insert};`),
    'a comment outside of the body': all(`async row /* of orders */ => { await ${insert}; }`),
    'the results are used': inTransaction(`const all = await Promise.all(rows.map(row => ${insert}));`),
    'the promise is returned': inTransaction(`return Promise.all(rows.map(row => ${insert}));`),
    'other promises beside them': inTransaction(
      `await Promise.all([...rows.map(row => ${insert}), notify(other)]);`,
    ),
    'all are waited for, also after an error': inTransaction(
      `await Promise.allSettled(rows.map(row => ${insert}));`,
    ),
    'a list that may be no array': inTransaction(`await Promise.all(other.rows.map(row => ${insert}));`),
    'a library with promises of its own': inTransaction(
      `await Promise.all(rows.map(row => ${insert}));`,
      `import Promise from 'bluebird';\n`,
    ),
  },
});
