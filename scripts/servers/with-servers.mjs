// @ts-check
// node scripts/servers/with-servers.mjs mongodb redis dynamodb postgres -- node app.mjs …
// Runs a program with new servers of the named kinds, or with the servers that the environment already names:
// MONGODB_URI (a replica set), REDIS_URL, DYNAMODB_ENDPOINT, POSTGRES_URL.
import { KINDS, surroundingsOf } from './support/kinds.mjs';
import { runProgram } from './support/run-program.mjs';

const given = process.argv.slice(2);
const end = given.indexOf('--');
const names = given.slice(0, Math.max(end, 0));
const commandLine = given.slice(end + 1);
const kinds = names.flatMap(name => (Object.hasOwn(KINDS, name) ? [KINDS[name]] : []));

if (names.length === 0 || kinds.length < names.length || commandLine.length === 0) {
  console.error(`usage: node scripts/servers/with-servers.mjs <server> … -- <command> [arguments]
servers: ${Object.keys(KINDS).join(', ')}`);
  process.exit(2);
}
await runProgram(commandLine, () => surroundingsOf(kinds.filter(kind => kind !== undefined)));
