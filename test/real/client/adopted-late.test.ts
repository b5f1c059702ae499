import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Driver } from '../support/drivers.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { programFile } from '../support/run-program.ts';

const run = promisify(execFile);
const uri = ownReplicaSet();

async function adopted(driver: Driver, scenario: string) {
  const db = `adopted_${randomBytes(6).toString('hex')}`;
  const input = { uri: uri(), driver: driver.name === 'driver 7' ? 'mongodb' : 'mongodb6', db };
  const env = { ...process.env, NODE_OPTIONS: '', ADOPTED_INPUT: JSON.stringify(input) };
  // It imports `dist/`: `npm test` builds it first.
  const { stdout } = await run(process.execPath, [programFile('adopted-late.mjs'), scenario], { env });
  return JSON.parse(stdout);
}

onEachDriver(
  'a transaction under way when its client is adopted is committed, and so is the next one',
  async driver => {
    expect(await adopted(driver, 'in a transaction')).toEqual({
      stored: ['also first', 'before', 'first', 'second'],
      findings: [],
    });
  },
);

onEachDriver(
  'a commit in flight when its client is adopted may be sent again by the driver',
  async driver => {
    expect(await adopted(driver, 'in a commit that is sent again')).toEqual({
      stored: ['before', 'first', 'second'],
      findings: [],
    });
  },
);

onEachDriver(
  'a commit in flight when its client is adopted may be repeated after an unknown result',
  async driver => {
    expect(await adopted(driver, 'in a commit without a known result')).toEqual({
      stored: ['before', 'first', 'second'],
      findings: [],
    });
  },
);

onEachDriver('a loop in whose callback its client is adopted tries again and commits', async driver => {
  expect(await adopted(driver, 'in the callback of a loop')).toEqual({
    stored: ['attempt 2', 'before'],
    findings: [],
  });
});
