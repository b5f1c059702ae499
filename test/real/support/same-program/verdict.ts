import { isDeepStrictEqual } from 'node:util';
import type { Player } from './player.ts';
import type { Played, Program } from './steps.ts';

/**
 * `same`: the program came to the same. `microtasks`: it came to what it comes to on the plain driver when the program is late
 * itself by the microtasks of the observed driver. `chance`: on the plain driver alone it comes now to this, now to that.
 */
export type Verdict = 'same' | 'microtasks' | 'chance' | Different;

export interface Different {
  readonly plain: Played;
  readonly observed: Played;
}

/** So often a program is performed again before it counts as different. */
const rounds = 12;

export interface Players {
  readonly plain: Player;
  readonly observed: Player;
}

export async function verdictOn(program: Program, players: Players): Promise<Verdict> {
  const plain = await players.plain.play({ program, late: false });
  const observed = await players.observed.play({ program, late: false });
  if (isDeepStrictEqual(plain, observed)) return 'same';
  const late = await players.plain.play({ program, late: true });
  if (!isDeepStrictEqual(await players.plain.play({ program, late: false }), plain)) return 'chance';
  if (isDeepStrictEqual(late, observed)) return 'microtasks';
  for (let round = 0; round < rounds; round += 1) {
    if (!isDeepStrictEqual(await players.plain.play({ program, late: false }), plain)) return 'chance';
    if (!isDeepStrictEqual(await players.plain.play({ program, late: true }), late)) return 'chance';
    const again = await players.observed.play({ program, late: false });
    if (isDeepStrictEqual(again, plain) || isDeepStrictEqual(again, late)) return 'chance';
  }
  return { plain, observed };
}
