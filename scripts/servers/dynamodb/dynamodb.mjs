// @ts-check
import { join } from 'node:path';
import { dataFolder } from '../support/data-folder.mjs';
import { freePort } from '../support/free-port.mjs';
import { startProcess } from '../support/server-process.mjs';
import { dynamoJars } from './jars.mjs';
import { findJava } from './java.mjs';

/** @typedef {import('../support/server-process.mjs').ServerProcess} ServerProcess */
/** @typedef {ServerProcess & { readonly endpoint: string, readonly port: number }} DynamoServer */

const MAIN = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';

/** A quick start instead of the highest speed later. */
const QUICK_START = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/**
 * DynamoDB Local in memory, with one database for all regions and credentials. It listens on every address of the
 * machine: give it throw-away data alone.
 *
 * @param {object} [options]
 * @param {number} [options.port]                default: a free one
 * @param {readonly string[]} [options.jvmArgs]  in place of those for a quick start; `['-Xmx512m']` to measure
 * @returns {Promise<DynamoServer>}
 */
export async function startDynamoDB({ port, jvmArgs = QUICK_START } = {}) {
  const [command, jars] = await Promise.all([findJava(), dynamoJars()]);
  const at = port ?? (await freePort());
  const folder = await dataFolder('dynamodb');
  const classes = [`-Djava.library.path=${jars}`, `-Djava.io.tmpdir=${folder}`, '-cp', join(jars, '*'), MAIN];
  const server = await startProcess({
    name: 'DynamoDB Local',
    command,
    args: [...jvmArgs, ...classes, '-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(at)],
    folder,
    isReady: () => answers(at),
  });
  return { ...server, endpoint: `http://127.0.0.1:${at}`, port: at };
}

/** @param {number} port */
async function answers(port) {
  try {
    // Any answer will do, and without a signature it is a refusal.
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5000) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
