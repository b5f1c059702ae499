import { describe, it } from 'vitest';
import { configMaxIdleTime } from '../../../../src/guard/rules/config/config-max-idle-time.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  configMaxIdleTime,
  {
    valid: [
      'connect use(operation)',
      'connect(maxIdleTimeMS=60000) use(operation) use(reopening)',
      {
        name: 'is silent about a time of some seconds under which no connection has been opened again',
        trace: 'connect(maxIdleTimeMS=5000) use(operation)',
      },
      {
        name: 'is silent about exactly the session time-out',
        trace: 'connect(maxIdleTimeMS=1800000) use(operation)',
      },
      { name: 'is silent about a client that is not used', trace: 'connect(maxIdleTimeMS=100)' },
    ],
    invalid: [
      {
        name: 'fires above the session time-out of the server',
        trace: 'connect(maxIdleTimeMS=1800001) use(operation)',
        findings: [{ messageId: 'long', data: { maxIdleTimeMS: 1_800_001, limitMS: 1_800_000 } }],
      },
      {
        name: 'goes by what the server says',
        trace: 'connect(maxIdleTimeMS=120000 session-minutes=1) use(operation)',
        findings: [{ messageId: 'long', data: { maxIdleTimeMS: 120_000, limitMS: 60_000 } }],
      },
      {
        name: 'fires on a time of some seconds when connections are opened again',
        trace: 'connect(maxIdleTimeMS=5000) use(operation) use(reopening)',
        findings: [{ messageId: 'short', site: 'connect(maxIdleTimeMS=5000)' }],
      },
      {
        name: 'fires on less than a second at the first use, and once',
        trace: 'connect(maxIdleTimeMS=500) use(operation) use(reopening)',
        findings: [{ messageId: 'short', data: { maxIdleTimeMS: 500, limitMS: 1000 } }],
      },
    ],
  },
  { describe, it },
);
