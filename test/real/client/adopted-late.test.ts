import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Driver } from '../support/drivers.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { packageOf, programFile } from '../support/run-program.ts';

const run = promisify(execFile);
const uri = ownReplicaSet();

async function adopted(driver: Driver, scenario: string) {
  const db = `adopted_${randomBytes(6).toString('hex')}`;
  const input = { uri: uri(), driver: packageOf(driver), db };
  const env = { ...process.env, NODE_OPTIONS: '', ADOPTED_INPUT: JSON.stringify(input) };
  // It imports `dist/`: `npm test` builds it first.
  const { stdout } = await run(process.execPath, [programFile('adopted-late.mjs'), scenario], { env });
  return JSON.parse(stdout);
}

/** The ids that are stored after each scenario of the program. */
const stored = {
  'in a transaction': ['also first', 'before', 'first', 'second'],
  'in a commit that is sent again': ['before', 'first', 'second'],
  'in a commit without a known result': ['before', 'first', 'second'],
  'in the callback of a loop': ['attempt 2', 'before'],
};

for (const [scenario, ids] of Object.entries(stored))
  onEachDriver(`a client that is adopted ${scenario} refuses nothing, and reports nothing`, async driver => {
    expect(await adopted(driver, scenario)).toEqual({ stored: ids, findings: [] });
  });

onEachDriver(
  'a rule that refuses the commit of a loop that began before the client was adopted rejects it',
  async driver => {
    expect(await adopted(driver, 'in the callback of a loop that forgets an await')).toEqual({
      stored: ['before'],
      findings: ['unawaited-operation'],
      error: 'ERR_SESSION_GUARD_FINDING',
    });
  },
);
