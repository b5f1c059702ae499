import { isDeepStrictEqual } from 'node:util';
import { assert, asyncProperty } from 'fast-check';
import { expect } from 'vitest';
import { raceCount } from '../../support/race-count.ts';
import { seedOfRun } from '../../support/seed.ts';
import type { Driver } from '../support/drivers.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { arbitraryProgram } from '../support/same-program/arbitrary-program.ts';
import { Player } from '../support/same-program/player.ts';
import type { Played, Program } from '../support/same-program/steps.ts';
import { type Players, verdictOn } from '../support/same-program/verdict.ts';

const programs = raceCount(100);

/** A machine that is busy performs fewer, and more of them come now to this, now to that: so many are compared anyhow. */
const limitMS = programs * 80;
const least = 20;

onEachDriver(
  'a random program sends, answers, stores and leaves unhandled the same on the observed driver',
  async driver => {
    const seed = seedOfRun();
    const tally = { same: 0, microtasks: 0, chance: 0 };
    const compared = () => tally.same + tally.microtasks;
    const until = performance.now() + limitMS;
    await onBoth(driver, players =>
      assert(
        asyncProperty(arbitraryProgram, async program => {
          if (compared() >= least && performance.now() > until) return;
          const verdict = await verdictOn(program, players);
          if (typeof verdict !== 'string') expect(verdict.observed).toEqual(verdict.plain);
          else tally[verdict] += 1;
        }),
        { seed, numRuns: programs },
      ),
    );
    console.log(`${driver.name}, seed ${seed}: ${JSON.stringify(tally)}`);
    expect(compared()).toBeGreaterThanOrEqual(least);
  },
  600_000,
);

/** The only operation of a callback is on its way to the server when that returns, so many microtasks later. */
function returningAfter(count: number): Program {
  const steps = [
    { do: 'insert', on: 'a', id: 1, session: 'first', care: 'later' },
    { do: 'ticks', count },
  ] as const;
  return { steps: [{ do: 'withTransaction', session: 'first', steps, ending: 'returns', care: 'awaited' }] };
}

onEachDriver(
  'the callback of `withTransaction` returns one microtask later on the observed driver, and no more',
  driver =>
    onBoth(driver, async ({ plain, observed }) => {
      const plains: Played[] = [];
      for (let ticks = 0; ticks < 10; ticks += 1)
        plains.push(await plain.play({ program: returningAfter(ticks), late: false }));
      for (const ticks of plains.slice(1).keys()) {
        // What the server takes first of two connections is chance: both are played again until they come to the same.
        const oneLater = { program: returningAfter(ticks + 1), late: false };
        const played = { program: returningAfter(ticks), late: false };
        await expect
          .poll(async () => [await observed.play(played), await plain.play(oneLater)])
          .toSatisfy(([ours, theirs]) => isDeepStrictEqual(ours, theirs));
      }
      // That a microtask matters: without this the test could not see one more.
      expect(new Set(plains.map(({ commands }) => commands.join())).size).toBeGreaterThan(1);
    }),
);

async function onBoth(driver: Driver, run: (players: Players) => Promise<void>): Promise<void> {
  const [plain, observed] = await Promise.all([
    Player.start(driver, 'plain'),
    Player.start(driver, 'observed'),
  ]);
  try {
    await run({ plain, observed });
  } finally {
    await Promise.all([plain.stop(), observed.stop()]);
  }
}
