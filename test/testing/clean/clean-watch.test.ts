import { describe, expect, it } from 'vitest';
import { CleanWatch } from '../../../src/testing/clean/clean-watch.ts';
import { NotCleanError } from '../../../src/testing/clean/not-clean-error.ts';
import { testOfCode } from '../../../src/testing/clean/running-test.ts';
import { finding as sample } from '../../guard/findings/sample.ts';

const place = { file: '/app/orders.js', line: 2, column: 1, codeFrame: '> 2 | orders.insertOne(order)' };
const finding = { ...sample, place };

function thrownBy(act: () => void): NotCleanError {
  try {
    act();
  } catch (error) {
    if (error instanceof NotCleanError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('CleanWatch', () => {
  it('fails the test that runs, with the text and the code frame of the finding', () => {
    const watch = new CleanWatch();
    const test = watch.begin('orders > saves');
    watch.heard(finding);
    const { message, findings, rule } = thrownBy(() => watch.end(test));
    expect(message).toContain('1 finding while the test "orders > saves" ran');
    expect(message).toContain(place.codeFrame);
    expect(findings).toEqual([finding]);
    expect(rule).toBe(finding.rule);
  });

  it('lets a test pass in which nothing was found', () => {
    const watch = new CleanWatch();
    watch.end(watch.begin('clean'));
    watch.checkLate();
  });

  it('fails each test that hits the same place', () => {
    const watch = new CleanWatch();
    for (const name of ['first', 'second']) {
      const test = watch.begin(name);
      watch.heard(finding);
      expect(thrownBy(() => watch.end(test)).message).toContain(`"${name}"`);
    }
  });

  it('names a place once in a test that hits it often', () => {
    const watch = new CleanWatch();
    const test = watch.begin('often');
    watch.heard(finding);
    watch.heard(finding);
    expect(thrownBy(() => watch.end(test)).findings).toHaveLength(1);
  });
});

describe('CleanWatch, with findings of no test', () => {
  it('keeps findings before the first test for the end', () => {
    const watch = new CleanWatch();
    watch.heard(finding);
    watch.end(watch.begin('innocent'));
    expect(thrownBy(() => watch.checkLate()).message).toContain('1 finding before the first test');
    watch.checkLate();
  });

  it('names the test before a finding that is made while no test runs', () => {
    const watch = new CleanWatch();
    watch.end(watch.begin('over'));
    watch.heard(finding);
    expect(thrownBy(() => watch.checkLast()).message).toContain('after the end of the test "over"');
    watch.checkLate();
  });
});

describe('CleanWatch, with several tests at once', () => {
  it('fails the test whose code it was, of several that run at once', () => {
    const watch = new CleanWatch();
    const [one, two] = [watch.begin('one'), watch.begin('two')];
    testOfCode.run(two, () => watch.heard(finding));
    watch.end(one);
    expect(thrownBy(() => watch.end(two)).message).toContain('while the test "two" ran\n');
  });

  it('fails all that run at once where it is not known whose code it was, and says so', () => {
    const watch = new CleanWatch();
    const [one, two] = [watch.begin('one'), watch.begin('two')];
    watch.heard(finding);
    expect(thrownBy(() => watch.end(one)).message).toContain('at the same time as "two"');
    expect(thrownBy(() => watch.end(two)).message).toContain('at the same time as "one"');
  });

  it('fails the inner one of two tests, one inside the other', () => {
    const watch = new CleanWatch();
    const [outer, inner] = [watch.begin('outer'), watch.begin('outer > inner')];
    watch.heard(finding);
    expect(thrownBy(() => watch.end(inner)).message).toContain('while the test "outer > inner" ran\n');
    watch.end(outer);
  });

  it('blames no test that runs for what one that is over has left behind', () => {
    const watch = new CleanWatch();
    const over = watch.begin('over');
    watch.end(over);
    const innocent = watch.begin('innocent');
    testOfCode.run(over, () => watch.heard(finding));
    watch.end(innocent);
    expect(thrownBy(() => watch.checkLate()).message).toContain(
      'after the end of the test "over", by what it',
    );
  });
});
