// @ts-check
import { join } from 'node:path';
import { findOnPath } from '../support/find-on-path.mjs';
import { runCommand } from '../support/run-command.mjs';

const LOWEST = 17;

export const WAYS_OUT = `Any one of these helps:
  on Debian 12 or later, as root: apt-get install openjdk-17-jre-headless maven
  put java (${LOWEST} or later; or set JAVA_HOME) and mvn on the PATH
  set DYNAMODB_ENDPOINT (examples) or SESSION_GUARD_TEST_DYNAMODB_ENDPOINT (tests) to a DynamoDB Local that is running`;

/** @returns {Promise<string>} the path of a java that can run DynamoDB Local: of `JAVA_HOME`, else on the PATH */
export async function findJava() {
  const home = process.env['JAVA_HOME'];
  const java = (home && (await findOnPath('java', join(home, 'bin')))) || (await findOnPath('java'));
  if (!java)
    throw new Error(`DynamoDB Local needs Java ${LOWEST} or later: no java on the PATH.\n${WAYS_OUT}`);
  const { ok, stderr } = await runCommand(java, ['-version'], { timeoutMS: 60_000 });
  if (!ok) throw new Error(`DynamoDB Local needs Java: ${java} does not run: ${stderr}.\n${WAYS_OUT}`);
  const major = Number(/version "(\d+)/.exec(stderr)?.[1]);
  if (major >= LOWEST) return java;
  throw new Error(`DynamoDB Local needs Java ${LOWEST} or later: ${java} is ${major}.\n${WAYS_OUT}`);
}
