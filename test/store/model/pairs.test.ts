import { expect, test } from 'vitest';
import type { Action } from './actions.ts';
import { play } from './play.ts';
import type { Kind } from './stage.ts';
import { statements } from './statements.ts';
import { Turns } from './turns.ts';

const everywhere: Action = { what: 'destroyAll', except: undefined };
const saveAnn: Action = { what: 'save ann', which: 'foreignVisitor' };
const renew = (which: 'byId' | 'byAlias' | 'foreignVisitor', graceSeconds: 0 | 30 = 0): Action => ({
  what: 'rotate',
  which,
  graceSeconds,
});

const pairs: readonly (readonly [Action, Action])[] = [
  [{ what: 'rotate to ann', begun: 'now' }, everywhere],
  [{ what: 'save a new session' }, everywhere],
  [saveAnn, everywhere],
  [renew('byId'), everywhere],
  [renew('byAlias', 30), everywhere],
  [{ what: 'save ben', which: 'byAlias' }, everywhere],
  [renew('byId', 30), { what: 'destroyByHandle', which: 'byId' }],
  [renew('byId'), { what: 'destroy', which: 'byId' }],
  [saveAnn, { what: 'destroy', which: 'foreignVisitor' }],
  [saveAnn, renew('foreignVisitor')],
  [{ what: 'save ben', which: 'byAlias' }, renew('byAlias')],
];

/** A server that works at once leaves less to chance: the last pairs do for it. */
const games: readonly (readonly [Kind, Action, Action])[] = [
  ...pairs.map(([first, second]) => ['in steps', first, second] as const),
  ...pairs.slice(-4).map(([first, second]) => ['at once', first, second] as const),
];

test.each(games)('on a server that works %s: %o during %o, in either order', async (kind, ...pair) => {
  let orders = 0;
  for (const passes of placesFor(await playWith(kind, pair, []))) {
    await playWith(kind, pair, passes);
    orders += 1;
  }
  expect(orders).toBeGreaterThan(10);
});

/** @returns how many requests reached the server */
async function playWith(kind: Kind, pair: readonly Action[], passes: readonly number[]): Promise<number> {
  const turns = new Turns(passes);
  const requests = pair.map(action => ({ action, reaches: undefined }));
  // An earlier log-out everywhere, every second time: an epoch that is there already, and one that is not.
  const revoked = passes.length % 2 === 1 || (passes[0] ?? 0) % 2 === 1;
  const outcome = await play({ kind, revoked, requests }, turns);
  for (const holds of statements) await holds(outcome);
  return turns.steps;
}

/** A request that waits longer has missed all of the other's. */
const longestTurn = 8;

/** The places for one pass or two among so many requests. */
function placesFor(steps: number): readonly (readonly number[])[] {
  const all = Array.from({ length: steps }, (_, index) => index);
  const pairsFrom = (first: number) =>
    all.slice(first + 1, first + 1 + longestTurn).map(second => [first, second]);
  return [...all.map(first => [first]), ...all.flatMap(pairsFrom)];
}
