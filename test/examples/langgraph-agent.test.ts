import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { dynamoEndpoint } from '../setup/servers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const demo = fileURLToPath(new URL('../../examples/langgraph-agent/demo.mjs', import.meta.url));
/** Against hanging only: it takes a few seconds. */
const limitMS = 600_000;

beforeAll(async () => {
  if (!existsSync(`${root}dist/langgraph-dynamodb.mjs`))
    await promisify(execFile)('npx', ['tsdown'], { cwd: root });
}, limitMS);

test(
  'the agent of `demo:langgraph` is killed twice, and does everything once',
  async () => {
    const env = { ...process.env, DYNAMODB_ENDPOINT: await dynamoEndpoint() };
    const run = promisify(execFile)(process.execPath, [demo], { cwd: tmpdir(), env, timeout: limitMS });
    const { stdout } = await run;
    expect(stdout).toContain('It asks: Shall I book flight SG 42 to Lisbon and a room in Lisbon?');
    expect(stdout).toContain('It answers: Your trip is booked: flight SG 42 to Lisbon and a room in Lisbon.');
    expect(stdout).toMatch(/find_flight 1 ×.*\n.*find_hotel {2}2 ×.*\n.*book {8}1 ×/);
    expect(stdout).toContain('checkpoints. What the tools did');
  },
  limitMS,
);
