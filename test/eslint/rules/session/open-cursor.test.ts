import { driver, testRule } from '../../support/test-rule.ts';

testRule('open-cursor', {
  wrong: {
    'a change stream that is read once before the session ends': driver(`export async function first() {
  const session = client.startSession();
  try {
    const stream = orders.watch([], { session }); // ←
    return await stream.next();
  } finally {
    await session.endSession();
  }
}`),
    'a change stream in the callback of `withSession`': driver(`export const first = () =>
  client.withSession(async session => {
    const stream = orders.watch([], { session }); // ←
    while (!(await stream.tryNext())) await pause();
  });`),
  },
  right: {
    'a change stream that is closed': driver(`export async function first() {
  const session = client.startSession();
  const stream = orders.watch([], { session });
  try {
    return await stream.next();
  } finally {
    await stream.close();
    await session.endSession();
  }
}`),
    'a change stream that `for await` closes': driver(`export const first = () =>
  client.withSession(async session => {
    const stream = orders.watch([], { session });
    for await (const change of stream) return change;
    return undefined;
  });`),
    'a change stream that is handed on, and a client that is closed':
      driver(`export async function first(pipe) {
  const session = client.startSession();
  const stream = orders.watch([], { session });
  pipe(stream);
  await session.endSession();
}
export async function last() {
  const session = client.startSession();
  const stream = orders.watch([], { session });
  const change = await stream.next();
  await client.close();
  await session.endSession();
  return change;
}`),
    'a session that lives on': driver(`export async function first(session) {
  const stream = orders.watch([], { session });
  return stream.next();
}`),
  },
});
