import { array, assert, nat, property, record } from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { ServerClock } from '../../../src/platform/time/server-clock.ts';

const start = Date.UTC(2026, 0, 1);

/** A server, and an application whose clock is off. Time passes when the test says so. */
class World {
  /** Milliseconds since the beginning. */
  at = 0;
  aheadMS: number;
  sleptMS = 0;
  /** So long the process stands still when it has read its wall clock next. */
  stallMS = 0;
  readonly clock: ServerClock;

  constructor(aheadMS = 0) {
    this.aheadMS = aheadMS;
    this.clock = new ServerClock({
      resolutionMS: 1000,
      staleAfterMS: 3_600_000,
      own: { wall: () => this.#wall(), now: () => this.at - this.sleptMS },
    });
  }

  #wall(): number {
    const time = start + this.at + this.aheadMS;
    this.at += this.stallMS;
    this.stallMS = 0;
    return time;
  }

  serverTime(): number {
    return start + this.at;
  }

  request(thereMS: number, backMS: number): void {
    const sentAt = this.clock.moment();
    this.at += thereMS;
    const second = this.serverTime() - (this.serverTime() % 1000);
    this.at += backMS;
    this.clock.note(second, sentAt);
  }

  width(): number {
    const range = this.clock.read();
    return range === undefined ? Number.POSITIVE_INFINITY : range.latest - range.earliest;
  }

  holds(): boolean {
    const range = this.clock.read();
    return range !== undefined && range.earliest <= this.serverTime() && this.serverTime() <= range.latest;
  }
}

const steps = array(record({ there: nat(400), back: nat(400), pause: nat(5000) }), {
  minLength: 1,
  maxLength: 50,
});

test.each([0, 5 * 60_000, -5 * 60_000])(
  'the time of the server lies in the range, with the own clock off by %i ms',
  aheadMS => {
    assert(
      property(steps, requests => {
        const world = new World(aheadMS);
        for (const { there, back, pause } of requests) {
          world.request(there, back);
          expect(world.holds()).toBe(true);
          world.at += pause;
          expect(world.holds()).toBe(true);
        }
      }),
    );
  },
);

test('nothing is known before the first answer', () => {
  expect(new World().clock.read()).toBeUndefined();
});

test('the time is known to the second, and the time of a request, from one answer; more exactly from many', () => {
  const world = new World();
  world.request(5, 5);
  expect(world.width()).toBeGreaterThan(900);
  expect(world.width()).toBeLessThanOrEqual(1012);
  for (let n = 0; n < 100; n += 1) {
    world.request(5, 5);
    world.at += 137;
  }
  expect(world.width()).toBeLessThan(60);
  expect(world.holds()).toBe(true);
});

test('the measured time gets less exact while there are no answers', () => {
  const world = new World();
  for (let n = 0; n < 100; n += 1) {
    world.request(5, 5);
    world.at += 137;
  }
  const before = world.width();
  world.at += 600_000;
  expect(world.width() - before).toBeGreaterThan(500);
});

test('after a sleep, in which the steady clock stands still, nothing is known until the next answer', () => {
  const world = new World();
  world.request(5, 5);
  world.at += 3_600_000;
  world.sleptMS += 3_600_000;
  expect(world.clock.read()).toBeUndefined();
  world.request(5, 5);
  expect(world.holds()).toBe(true);
});

test('when the own clock is set, the time is unknown until the next answer', () => {
  const world = new World();
  world.request(5, 5);
  world.aheadMS = -300_000;
  expect(world.clock.read()).toBeUndefined();
  world.request(5, 5);
  expect(world.holds()).toBe(true);
});

test('a process that stands still between the readings of its two clocks knows what it knew', () => {
  const world = new World();
  for (let n = 0; n < 100; n += 1) {
    world.request(5, 5);
    world.at += 137;
  }
  world.stallMS = 500;
  expect(world.width()).toBeLessThan(60);
  world.stallMS = 500;
  world.request(5, 5);
  expect(world.width()).toBeLessThan(60);
  expect(world.holds()).toBe(true);
});

test('where answers contradict one another, the last one is believed', () => {
  const world = new World();
  world.request(5, 5);
  world.clock.note(world.serverTime() + 60_000, world.clock.moment());
  const range = world.clock.read();
  expect(range?.latest).toBeGreaterThanOrEqual(world.serverTime() + 60_000);
});

test('an answer is not used any more when it is as old as `staleAfterMS`', () => {
  const world = new World();
  world.request(5, 5);
  world.at += 3_599_000;
  expect(world.holds()).toBe(true);
  world.at += 1000;
  expect(world.clock.read()).toBeUndefined();
});

test('the time of an earlier moment is asked for by that moment', () => {
  const world = new World();
  world.request(5, 5);
  const then = world.clock.moment();
  const { earliest = 0, latest = 0 } = world.clock.read() ?? {};
  world.at += 1000;
  expect(world.clock.read(then)).toEqual({ earliest: earliest - 1, latest: latest + 1 });
});

test('it wants no more right after an answer, and soon again', () => {
  const world = new World();
  expect(world.clock.wantsMore()).toBe(true);
  world.request(5, 5);
  expect(world.clock.wantsMore()).toBe(false);
  world.at += 50;
  expect(world.clock.wantsMore()).toBe(true);
  world.request(5, 5);
  world.aheadMS = 1000;
  expect(world.clock.wantsMore()).toBe(true);
});
