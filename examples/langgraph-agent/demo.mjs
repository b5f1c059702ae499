// @ts-check
// node examples/langgraph-agent/demo.mjs
// An agent is killed twice, in the middle of a step and while it waits for a human. Other processes continue with the state in DynamoDB.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBSaver } from 'session-guard/langgraph/dynamodb';
import { startAgent } from './demo/processes.mjs';
import { withDynamoDB } from './demo/server.mjs';
import { untilStored } from './demo/watch.mjs';

const folder = mkdtempSync(join(tmpdir(), 'langgraph-agent-'));
const journal = join(folder, 'journal.txt');

try {
  process.exitCode = (await withDynamoDB(run)) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** @param {string} endpoint */
async function run(endpoint) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
  const [table, thread] = [`agent-${randomUUID()}`, randomUUID()];
  const saver = new DynamoDBSaver({ client, table });
  await saver.setUp();
  const args = [endpoint, table, thread, journal];

  const first = startAgent([...args, 'ask', 'slow']);
  console.log('1. The agent is asked for a trip. It looks for a flight and a hotel at the same time.');
  await untilStored(saver, thread, 'find_flight');
  await first.kill();
  console.log('   The flight is found and stored, the hotel has not answered: SIGKILL.');

  const second = startAgent([...args, 'resume']);
  const { question } = await second.said();
  console.log(`2. Another process goes on. It asks: ${question}`);
  await second.kill();
  console.log('   Nobody has answered yet: SIGKILL.');

  const third = startAgent([...args, 'approve']);
  const { answer } = await third.said();
  console.log(`3. The human says yes, to a third process. It answers: ${answer}`);
  await third.kill();

  return tell(await stepsOf(saver, thread));
}

/**
 * @param {DynamoDBSaver} saver
 * @param {string} thread
 */
async function stepsOf(saver, thread) {
  let count = 0;
  for await (const _ of saver.list({ configurable: { thread_id: thread, checkpoint_ns: '' } })) count += 1;
  return count;
}

/**
 * @param {number} steps
 * @returns {boolean} whether everything was done as often as it should be
 */
function tell(steps) {
  const lines = readFileSync(journal, 'utf8').trim().split('\n');
  const times = (/** @type {string} */ tool) => lines.filter(line => line === tool).length;
  console.log(`\n${steps} checkpoints. What the tools did, over all three processes:`);
  console.log(`  find_flight ${times('find_flight')} × (its result outlived the first process)`);
  console.log(`  find_hotel  ${times('find_hotel')} × (cut off once, done once)`);
  console.log(`  book        ${times('book')} × (after the approval)`);
  return times('find_flight') === 1 && times('find_hotel') === 2 && times('book') === 1;
}
