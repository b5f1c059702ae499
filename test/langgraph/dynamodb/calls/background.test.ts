import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Background } from '../../../../src/langgraph/dynamodb/calls/background.ts';

test('running work is waited for, and its error goes to the waiting caller, once', async () => {
  const background = new Background();
  let done = 0;
  const work = async (ms: number): Promise<void> => {
    await setTimeout(ms);
    done += 1;
  };
  background.add('thread', work(20));
  background.add('thread', work(10));
  await background.done('thread');
  expect(done).toBe(2);
  const error = new Error('it fails');
  background.add('thread', Promise.reject(error));
  await expect(background.done('thread')).rejects.toBe(error);
  await background.done('thread');
});

test('the work of another thread is neither waited for nor its error given', async () => {
  const background = new Background();
  background.add('slow', new Promise(() => {}));
  background.add('failed', Promise.reject(new Error('it fails')));
  await expect(background.done('thread')).resolves.toBeUndefined();
  await expect(background.done('failed')).rejects.toThrow('it fails');
});

test('the errors of threads that are never written to again are not kept for ever', async () => {
  const background = new Background();
  const threads = Array.from({ length: 1001 }, (_, at) => `thread-${at}`);
  for (const thread of threads) background.add(thread, Promise.reject(new Error(thread)));
  await expect(background.done('thread-1000')).rejects.toThrow('thread-1000');
  await expect(background.done('thread-0')).resolves.toBeUndefined();
});
