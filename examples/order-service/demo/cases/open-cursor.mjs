// @ts-check
/** @type {import('../case.d.ts').Case} */
export const openCursor = {
  route: 'open-cursor',
  title: 'A cursor that is still open when its session ends',
  harm: 'cursors stay open on the server for its ten minutes',
  short: 'cursors left on the server',
  safe: 'all closed',
  rule: 'open-cursor',
  seed: db =>
    db
      .collection('orders')
      .insertMany(Array.from({ length: 100 }, (_, n) => ({ _id: `${n}`, status: 'new' }))),
  lanes: count => Array.from({ length: count }, () => [{ method: 'GET', path: '/orders' }]),
  expects: ({ status }) => status === 200,
  audit: ({ answers, openCursors }) => ({ count: openCursors, of: answers.length }),
};
