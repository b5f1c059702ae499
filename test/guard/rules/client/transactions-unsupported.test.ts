import { describe, it } from 'vitest';
import { transactionsUnsupported } from '../../../../src/guard/rules/client/transactions-unsupported.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  transactionsUnsupported,
  {
    valid: [
      'start txn run(a) commit end',
      {
        name: 'is silent about sessions without a transaction on a standalone server',
        trace: 'start begin(a) fail(a 20 standalone) end',
      },
      {
        name: 'is silent about the same code from a replica set: the topology decides',
        trace: 'start txn begin(a) fail(a 20) abort end',
      },
    ],
    invalid: [
      {
        name: 'fires when the transaction starts on a server that is known to be a standalone',
        trace: 'start txn(standalone) end',
        findings: [{ messageId: 'standalone', site: 'txn(standalone)', startedAt: 'start' }],
      },
      {
        name: 'fires at the first operation where nobody had connected before, at the place of the transaction',
        trace: 'start txn begin(a) fail(a 20 standalone) begin(b) fail(b 20 standalone) abort-fail(20) end',
        findings: [{ messageId: 'standalone', site: 'txn', startedAt: 'start' }],
      },
      {
        name: 'fires once for a transaction that was known to be in vain',
        trace: 'start txn(standalone) begin(a) fail(a 20 standalone) end',
        findings: [{ messageId: 'standalone', site: 'txn(standalone)' }],
      },
      {
        name: 'fires also when the code then falls back to no transaction',
        trace: 'start txn begin(a) fail(a 20 standalone) abort-fail(20) run(b) end',
        findings: [{ messageId: 'standalone' }],
      },
      {
        name: 'fires when the start is refused',
        trace: 'start runner txn(standalone refused) runner-failed(client) end',
        findings: [{ messageId: 'standalone', site: 'runner' }],
      },
      {
        name: 'shows the operation if the transaction has no place',
        trace: 'start txn@none begin(a) fail(a 20 standalone)',
        findings: [{ messageId: 'standalone', site: 'begin(a)' }],
      },
    ],
  },
  { describe, it },
);
