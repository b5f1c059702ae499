import { assert, asyncProperty } from 'fast-check';
import { expect } from 'vitest';
import { raceCount } from '../support/race-count.ts';
import { onEachDriver } from './support/on-each-driver.ts';
import { ownReplicaSet } from './support/own-server.ts';
import { arbitraryProgram } from './support/transaction-model/arbitrary.ts';
import { expected } from './support/transaction-model/model.ts';
import { Stage } from './support/transaction-model/stage.ts';
import { letWordsGo } from './support/words/hold-words.ts';

letWordsGo();

const uri = ownReplicaSet();

const programs = raceCount() * 10;

/** A machine that is busy performs fewer. */
const limitMS = raceCount() * 120;

onEachDriver(
  'a random program of transactions comes to what the model of protection says',
  async driver => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const stage = await Stage.open(driver, uri());
    let compared = 0;
    try {
      await assert(
        asyncProperty(arbitraryProgram, async program => {
          expect(await stage.play(program)).toEqual(expected(program));
          compared += 1;
        }),
        { seed, numRuns: programs, interruptAfterTimeLimit: limitMS, markInterruptAsFailure: false },
      );
    } finally {
      await stage.close();
      console.log(`${driver.name}, seed ${seed}: ${compared} programs`);
    }
    expect(compared).toBeGreaterThan(0);
  },
  600_000,
);
