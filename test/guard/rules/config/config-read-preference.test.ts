import { describe, it } from 'vitest';
import { configReadPreference } from '../../../../src/guard/rules/config/config-read-preference.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  configReadPreference,
  {
    valid: [
      'start txn run(a find shop.users) commit end',
      { name: 'is silent on primary', trace: 'start txn(reads=primary) run(a find shop.users) commit end' },
      { name: 'is silent without a transaction', trace: 'start run(a find shop.users) end' },
      {
        name: 'is silent about a transaction that only writes: writes go to the primary',
        trace: 'start txn(reads=secondary) run(a) commit end',
      },
    ],
    invalid: [
      {
        name: 'fires at the first read that the transaction sends elsewhere, and names the start',
        trace:
          'start txn(reads=secondary) run(w) begin(a find shop.users reads=secondary) fail(a client) abort end',
        findings: [
          {
            messageId: 'transaction',
            data: { mode: 'secondary', operation: 'find on shop.users' },
            site: 'txn(reads=secondary)',
            nearby: 'begin(a find shop.users reads=secondary)',
          },
        ],
      },
      {
        name: 'fires in a transaction runner',
        trace:
          'start runner txn(reads=nearest) begin(a find shop.users reads=nearest) fail(a client) callback-rejects(own) abort runner-failed(client) end',
        findings: [{ messageId: 'transaction', site: 'runner' }],
      },
      {
        name: 'fires once per client',
        trace:
          'start txn(reads=secondary) begin(a find shop.users reads=secondary) fail(a client) begin(b find shop.users reads=secondary) fail(b client) abort end',
        findings: [{ messageId: 'transaction' }],
      },
      {
        name: 'names the read where it asks by itself',
        trace: 'start txn(reads=primary) begin(a find shop.users reads=secondary) fail(a client) abort end',
        findings: [
          {
            messageId: 'operation',
            data: { mode: 'secondary', operation: 'find on shop.users' },
            site: 'begin(a find shop.users reads=secondary)',
          },
        ],
      },
    ],
  },
  { describe, it },
);
