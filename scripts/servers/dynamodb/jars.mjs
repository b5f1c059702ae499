// @ts-check
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheFolder } from '../support/cache-folder.mjs';
import { runCommand } from '../support/run-command.mjs';
import { WAYS_OUT } from './java.mjs';

const VERSION = '2.6.1';
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const LIMIT_MS = 300_000;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>session-guard</groupId>
  <artifactId>dynamodb-local</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.amazonaws</groupId>
      <artifactId>DynamoDBLocal</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/** @type {Promise<string> | undefined} */
let found;

/**
 * DynamoDB Local with all it needs, fetched once by Maven.
 *
 * @returns {Promise<string>} the folder of its jars and native libraries
 */
export function dynamoJars() {
  found ??= cached(`dynamodb-local-${VERSION}`, folder => {
    console.error(`session-guard: fetching DynamoDB Local ${VERSION} into ${cacheFolder()}, once (Maven)`);
    return fetchJars(folder);
  });
  return found;
}

/** @param {string} folder  to work in */
async function fetchJars(folder) {
  const jars = join(folder, 'jars');
  const pom = join(folder, 'pom.xml');
  await writeFile(pom, POM);
  // A separate repository, because two concurrent runs of Maven in one repository damage each other's files.
  const where = [`-Dmaven.repo.local=${join(folder, 'repository')}`, `-DoutputDirectory=${jars}`];
  const args = [
    '-q',
    '-B',
    '-C',
    '-f',
    pom,
    ...where,
    `${PLUGIN}:copy-dependencies`,
    '-DincludeScope=runtime',
  ];
  const { ok, stdout, stderr } = await runCommand('mvn', args, { timeoutMS: LIMIT_MS });
  // Maven prints its errors on its standard output.
  const firstLines = (stdout.trim() || stderr).split('\n').slice(0, 5).join('\n');
  if (!ok) throw new Error(`Cannot fetch DynamoDB Local with \`mvn\`: ${firstLines}\n${WAYS_OUT}`);
  return jars;
}
