import { describe, test } from 'vitest';
import { memoryBackend } from '../../../src/store/index.ts';
import { sessionStoreContract } from '../../../src/testing/store/index.ts';

describe('with a clock that can be set', () => {
  let now = Date.now();
  const backend = memoryBackend({ now: () => now });
  const clock = {
    advance(ms: number) {
      now += ms;
    },
  };
  for (const { title, run } of sessionStoreContract({ backend: () => backend, clock })) test(title, run);
});

describe('with the clock of the system', () => {
  const backend = memoryBackend();
  for (const { title, run } of sessionStoreContract({ backend: () => backend, races: 100 })) test(title, run);
});
