import { describe, it } from 'vitest';
import { configServerSelection } from '../../../../src/guard/rules/config/config-server-selection.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  configServerSelection,
  {
    valid: [
      'connect use(operation)',
      'connect(serverSelectionTimeoutMS=1000) use(operation)',
      { name: 'is silent about a client that is not used', trace: 'connect(serverSelectionTimeoutMS=100)' },
    ],
    invalid: [
      {
        name: 'fires below a second',
        trace: 'connect(serverSelectionTimeoutMS=999) use(operation)',
        findings: [
          { messageId: 'short', site: 'connect(serverSelectionTimeoutMS=999)', nearby: 'use(operation)' },
        ],
      },
      {
        name: 'fires above half a minute',
        trace: 'connect(serverSelectionTimeoutMS=30001) use(operation)',
        findings: [{ messageId: 'long', data: { serverSelectionTimeoutMS: 30_001 } }],
      },
      {
        name: 'fires on 0, which means no limit',
        trace: 'connect(serverSelectionTimeoutMS=0) use(operation)',
        findings: [{ messageId: 'endless' }],
      },
    ],
  },
  { describe, it },
);
