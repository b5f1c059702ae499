import { assert, asyncProperty } from 'fast-check';
import { expect } from 'vitest';
import { raceCount } from '../../support/race-count.ts';
import { seedOfRun } from '../../support/seed.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { arbitraryProgram } from '../support/transaction-model/arbitrary.ts';
import { expected } from '../support/transaction-model/model.ts';
import { Stage } from '../support/transaction-model/stage.ts';
import { letWordsGo } from '../support/words/hold-words.ts';

letWordsGo();

const uri = ownReplicaSet();

const programs = raceCount() * 10;

/** A machine that is busy performs fewer, but not less than this. */
const limitMS = raceCount() * 120;
const least = 10;

onEachDriver(
  'a random program of transactions comes to what the model of protection says',
  async driver => {
    const seed = seedOfRun();
    const stage = await Stage.open(driver, uri());
    let compared = 0;
    const until = performance.now() + limitMS;
    try {
      await assert(
        asyncProperty(arbitraryProgram, async program => {
          if (compared >= least && performance.now() > until) return;
          expect(await stage.play(program)).toEqual(expected(program));
          compared += 1;
        }),
        { seed, numRuns: programs },
      );
    } finally {
      await stage.close();
      console.log(`${driver.name}, seed ${seed}: ${compared} programs`);
    }
    expect(compared).toBeGreaterThanOrEqual(least);
  },
  600_000,
);
