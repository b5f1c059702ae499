import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Background } from '../../../../src/langgraph/dynamodb/calls/background.ts';

test('what runs is waited for, and an error goes to the one who waits, once', async () => {
  const background = new Background();
  let done = false;
  const work = async (): Promise<void> => {
    await setTimeout(10);
    done = true;
  };
  background.add(work());
  await background.done();
  expect(done).toBe(true);
  const error = new Error('it fails');
  background.add(Promise.reject(error));
  await expect(background.done()).rejects.toBe(error);
  await background.done();
});
