import { expect, test } from 'vitest';
import { EndingWatch } from '../../../src/guard/runtime/session/ending-watch.ts';

interface Watched {
  readonly watch: EndingWatch;
  /** What was heard of the end: undefined for success, else its error. */
  readonly heard: unknown[];
}

function newWatch(): Watched {
  const heard: unknown[] = [];
  return { watch: new EndingWatch(failed => heard.push(failed)), heard };
}

/** Later than all microtasks. */
function nextMacrotask(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

const error = new Error('no');

test('A commit is sent with its first command.', async () => {
  const { watch } = newWatch();
  expect(watch.isSent).toBe(false);
  const sent = watch.hear(Promise.resolve());
  expect(watch.isSent).toBe(true);
  await sent;
});

test('A commit that succeeds is over, and the caller gets its answer.', async () => {
  const { watch, heard } = newWatch();
  expect(await watch.hear(Promise.resolve({ ok: 1 }))).toEqual({ ok: 1 });
  expect(heard).toEqual([undefined]);
});

test('A commit that fails and is not sent again is over with its error, and the caller gets the same object.', async () => {
  const { watch, heard } = newWatch();
  await expect(watch.hear(Promise.reject(error))).rejects.toBe(error);
  await nextMacrotask();
  expect(heard).toEqual([{ error }]);
});

test('A commit that is sent again is over with the answer of its last command.', async () => {
  const { watch, heard } = newWatch();
  // As the driver does it: in the microtask after the rejection.
  const answer = await watch.hear(Promise.reject(error)).catch(() => watch.hear(Promise.resolve('again')));
  await nextMacrotask();
  expect(answer).toBe('again');
  expect(heard).toEqual([undefined]);
});

test('A commit that fails twice is over once.', async () => {
  const { watch, heard } = newWatch();
  const last = new Error('no again');
  const sent = watch.hear(Promise.reject(error)).catch(() => watch.hear(Promise.reject(last)));
  await expect(sent).rejects.toBe(last);
  await nextMacrotask();
  expect(heard).toEqual([{ error: last }]);
});

test('A callback of the driver hears the same, and is called with all that it was sent.', async () => {
  const { watch, heard } = newWatch();
  const called: unknown[][] = [];
  const callback = watch.hearCallback((...args) => called.push(args));
  expect(watch.isSent).toBe(true);
  callback(undefined, { ok: 1 });
  expect(heard).toEqual([undefined]);
  const failed = watch.hearCallback((...args) => called.push(args));
  failed(error, 'rest');
  expect(heard).toEqual([undefined]);
  await nextMacrotask();
  expect(heard).toEqual([undefined, { error }]);
  expect(called).toEqual([
    [undefined, { ok: 1 }],
    [error, 'rest'],
  ]);
});

test('A callback that sends the commit again keeps the first error to itself.', async () => {
  const { watch, heard } = newWatch();
  const again = () => watch.hearCallback(() => undefined)(null);
  watch.hearCallback(() => queueMicrotask(again))(error);
  await nextMacrotask();
  expect(heard).toEqual([undefined]);
});
