import { expect, test } from 'vitest';
import { Conflicts } from '../../../src/guard/runtime/contention/conflicts.ts';

interface Round {
  readonly attempts: number;
  /** How many of the attempts conflict. */
  readonly conflicted?: number;
  readonly running?: number;
  readonly areWaiting?: boolean;
}

function play(
  conflicts: Conflicts,
  { attempts, conflicted = 0, running = 1, areWaiting = true }: Round,
): number {
  for (let n = 0; n < attempts; n += 1) conflicts.add(n < conflicted, running, areWaiting);
  return conflicts.limit;
}

/** A limit that was reached by one round, in which half of the attempts had a conflict. */
function limitedTo(limit: number): Conflicts {
  const conflicts = new Conflicts();
  const attempts = Math.max(8, 2 * limit);
  expect(play(conflicts, { attempts, conflicted: attempts / 2, running: 2 * limit })).toBe(limit);
  return conflicts;
}

test('Without conflicts any number may run at once.', () => {
  expect(play(new Conflicts(), { attempts: 100, running: 50 })).toBe(Infinity);
});

test('The limit falls by the share that conflicts, from the number that ran at once.', () => {
  expect(play(new Conflicts(), { attempts: 8, conflicted: 2, running: 4 })).toBe(3);
  expect(play(new Conflicts(), { attempts: 20, conflicted: 5, running: 20 })).toBe(15);
});

test('One may always run, even if all conflict.', () => {
  expect(play(new Conflicts(), { attempts: 8, conflicted: 8, running: 4 })).toBe(1);
});

test('A share of exactly a fifth leaves the limit as it is.', () => {
  expect(play(new Conflicts(), { attempts: 10, conflicted: 2, running: 10 })).toBe(Infinity);
});

test('A round has at least eight attempts, and as many as ran at once.', () => {
  const few = new Conflicts();
  expect(play(few, { attempts: 7, conflicted: 7, running: 4 })).toBe(Infinity);
  expect(play(few, { attempts: 1, running: 4 })).toBe(1);
  const many = new Conflicts();
  expect(play(many, { attempts: 19, conflicted: 19, running: 20 })).toBe(Infinity);
  expect(play(many, { attempts: 1, conflicted: 1, running: 20 })).toBe(1);
});

test('A round does not have to be longer than the limit, whatever ran before it.', () => {
  const conflicts = limitedTo(3);
  expect(play(conflicts, { attempts: 8, conflicted: 8, running: 50 })).toBe(1);
});

test('A round with few conflicts lets one more run, if others wait.', () => {
  expect(play(limitedTo(3), { attempts: 8, areWaiting: false })).toBe(3);
  expect(play(limitedTo(3), { attempts: 8 })).toBe(4);
});

test('A round with some conflicts changes nothing.', () => {
  expect(play(limitedTo(3), { attempts: 8, conflicted: 1 })).toBe(3);
  // Exactly 8 in 100 are not few.
  expect(play(limitedTo(25), { attempts: 25, conflicted: 2, running: 25 })).toBe(25);
  expect(play(limitedTo(25), { attempts: 25, conflicted: 1, running: 25 })).toBe(26);
});

test('Each round counts for itself.', () => {
  const conflicts = limitedTo(3);
  expect(play(conflicts, { attempts: 8, conflicted: 1, running: 3 })).toBe(3);
  // Neither the conflicts of the round before, nor the number that ran in it.
  expect(play(conflicts, { attempts: 8, conflicted: 1, running: 3 })).toBe(3);
  expect(play(conflicts, { attempts: 8, conflicted: 2, running: 2 })).toBe(1);
});

test('After a rise that brought conflicts, the next rise takes twice as many rounds.', () => {
  const conflicts = limitedTo(8);
  expect(play(conflicts, { attempts: 8 })).toBe(9);
  expect(play(conflicts, { attempts: 9, conflicted: 3, running: 9 })).toBe(6);
  expect(play(conflicts, { attempts: 8 })).toBe(6);
  expect(play(conflicts, { attempts: 8 })).toBe(7);
  expect(play(conflicts, { attempts: 8, conflicted: 2, running: 7 })).toBe(5);
  for (let round = 1; round < 4; round += 1) expect(play(conflicts, { attempts: 8 })).toBe(5);
  expect(play(conflicts, { attempts: 8 })).toBe(6);
});

test('Conflicts that no rise has brought do not put the next rise off.', () => {
  const conflicts = limitedTo(8);
  expect(play(conflicts, { attempts: 8, conflicted: 4, running: 8 })).toBe(4);
  expect(play(conflicts, { attempts: 8 })).toBe(5);
});

test('Calm rounds count only while no conflicts come between them.', () => {
  const conflicts = limitedTo(8);
  play(conflicts, { attempts: 8 });
  play(conflicts, { attempts: 9, conflicted: 3, running: 9 });
  // One calm round of the two, then conflicts: the two begin again.
  expect(play(conflicts, { attempts: 8 })).toBe(6);
  expect(play(conflicts, { attempts: 8, conflicted: 4, running: 6 })).toBe(3);
  expect(play(conflicts, { attempts: 8 })).toBe(3);
  expect(play(conflicts, { attempts: 8 })).toBe(4);
});

test('Rises that bring no conflicts come one round sooner each time, and never more than one a round.', () => {
  const conflicts = limitedTo(8);
  play(conflicts, { attempts: 8 });
  play(conflicts, { attempts: 9, conflicted: 3, running: 9 });
  play(conflicts, { attempts: 8 });
  play(conflicts, { attempts: 8 });
  // Two rounds were needed for that rise; the next takes two, and those after it one.
  play(conflicts, { attempts: 8 });
  expect(play(conflicts, { attempts: 8 })).toBe(8);
  expect(play(conflicts, { attempts: 8 })).toBe(9);
  expect(play(conflicts, { attempts: 9 })).toBe(10);
});

test('After a late rise the next one comes a round sooner, not at once.', () => {
  const conflicts = limitedTo(8);
  // Two rises that bring conflicts: four calm rounds are needed then.
  for (const rounds of [1, 2]) {
    for (let round = 0; round < rounds; round += 1) play(conflicts, { attempts: 8 });
    play(conflicts, { attempts: 8, conflicted: 2, running: 8 });
  }
  const risesAfter = () => {
    const { limit } = conflicts;
    let rounds = 0;
    while (conflicts.limit === limit) {
      play(conflicts, { attempts: 8 });
      rounds += 1;
    }
    return rounds;
  };
  expect([risesAfter(), risesAfter(), risesAfter(), risesAfter()]).toEqual([4, 4, 3, 2]);
});

test('A rise comes after 32 calm rounds at the latest.', () => {
  const conflicts = limitedTo(8);
  const most = 32;
  for (let rise = 0; rise < 8; rise += 1) {
    const { limit } = conflicts;
    for (let round = 0; round < most && conflicts.limit === limit; round += 1)
      play(conflicts, { attempts: 8 });
    expect(conflicts.limit).toBe(limit + 1);
    // A quarter conflicts, at the same number as before.
    play(conflicts, { attempts: 8, conflicted: 2, running: 8 });
  }
  const { limit } = conflicts;
  for (let round = 1; round < most; round += 1) expect(play(conflicts, { attempts: 8 })).toBe(limit);
  expect(play(conflicts, { attempts: 8 })).toBe(limit + 1);
});
