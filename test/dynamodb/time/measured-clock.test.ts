import { array, assert, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { MeasuredClock } from '../../../src/dynamodb/time/measured-clock.ts';

const start = Date.UTC(2026, 0, 1);

/** A server, and an application whose clock is off. Time passes when it is told to. */
class World {
  /** Milliseconds since the beginning. */
  at = 0;
  aheadMS: number;
  sleptMS = 0;
  readonly clock: MeasuredClock;

  constructor(aheadMS = 0) {
    this.aheadMS = aheadMS;
    this.clock = new MeasuredClock({
      wall: () => start + this.at + this.aheadMS,
      steady: () => this.at - this.sleptMS,
    });
  }

  serverTime(): number {
    return start + this.at;
  }

  request(thereMS: number, backMS: number): void {
    const sentAt = this.clock.moment();
    this.at += thereMS;
    const date = new Date(this.serverTime()).toUTCString();
    this.at += backMS;
    this.clock.heard(date, sentAt);
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

test('one answer tells the time to the second, and the time that it took; many tell more', () => {
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

test('what is known fades while nothing is heard', () => {
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

test('when somebody sets the own clock, nothing is known until the next answer', () => {
  const world = new World();
  world.request(5, 5);
  world.aheadMS = -300_000;
  expect(world.clock.read()).toBeUndefined();
  world.request(5, 5);
  expect(world.holds()).toBe(true);
});

test('where answers contradict one another, the last one is believed', () => {
  const world = new World();
  world.request(5, 5);
  world.clock.heard(new Date(world.serverTime() + 60_000).toUTCString(), world.clock.moment());
  const range = world.clock.read();
  expect(range?.latest).toBeGreaterThanOrEqual(world.serverTime() + 60_000);
});

test('what is no date is not heard', () => {
  const world = new World();
  world.clock.heard('soon', world.clock.moment());
  expect(world.clock.read()).toBeUndefined();
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
