import { describe, expect, it } from 'vitest';
import { unneededSession } from '../../../../src/guard/rules/session/unneeded-session.ts';
import { parseTrace, replayTrace, testRule } from '../../../../src/testing/index.ts';

testRule(
  unneededSession,
  {
    valid: [
      'start end',
      'start run(a) run(b) end',
      { name: 'is silent about a transaction of one operation', trace: 'start txn run(a) commit end' },
      { name: 'is silent about a snapshot', trace: 'start(snapshot) run(a find shop.users) end' },
      { name: 'is silent where causal consistency is asked for', trace: 'start(causal) run(a) end' },
      {
        name: 'is silent about a read after a time that somebody else has told',
        trace: 'start advance run(a find shop.users) end',
      },
      {
        name: 'is silent about a cursor that is read on',
        trace: 'start run(a find shop.users) run(b getMore shop.users) end',
      },
      { name: 'is silent about a kept session', trace: 'start keep run(a) end' },
      { name: 'is silent about a session that a closing client ends', trace: 'start run(a) close-client' },
      {
        name: 'is silent about a change stream, which one operation opens',
        trace: 'start run(a aggregate shop.orders kind=tail) end',
      },
    ],
    invalid: [
      {
        name: 'fires when the session ends after one operation',
        trace: 'start run(a find shop.users) end',
        findings: [{ messageId: 'unneeded', data: { operation: 'find on shop.users' }, site: 'start' }],
      },
      {
        name: 'takes a bulk write for one operation',
        trace:
          'start begin(a bulkWrite shop.orders) run(b insert shop.orders kind=batch) settle(a) end(runner)',
        findings: [{ messageId: 'unneeded', data: { operation: 'bulkWrite on shop.orders' } }],
      },
    ],
  },
  { describe, it },
);

const rulesOf = (trace: string) =>
  replayTrace(parseTrace(trace), { rules: { 'unneeded-session': 'warn' } }).map(({ rule }) => rule);

describe('together with other rules', () => {
  it('is off in the preset `recommended`', () => {
    expect(replayTrace(parseTrace('start run(a) end'))).toEqual([]);
  });

  it('is silent about a session that another rule has spoken of', () => {
    expect(rulesOf('start run(a) end')).toEqual(['unneeded-session']);
    expect(rulesOf('start begin(a) end settle(a)')).toEqual(['unawaited-operation']);
    expect(rulesOf('start run(a) wait(60s) tick end')).toEqual(['session-leak', 'session-leak']);
    expect(rulesOf('start run(a foreign) end')).toEqual(['wrong-client']);
  });
});
