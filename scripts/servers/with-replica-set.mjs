// @ts-check
// node scripts/servers/with-replica-set.mjs node app.mjs …
// Runs a program with MONGODB_URI set to a new replica set, or to the replica set that it already names.
import { startReplicaSet } from './mongodb/replica-set.mjs';
import { runProgram } from './support/run-program.mjs';

const commandLine = process.argv.slice(2);
if (commandLine.length === 0) {
  console.error('usage: node scripts/servers/with-replica-set.mjs <command> [arguments]');
  process.exit(2);
}
await runProgram(commandLine, async () => {
  const given = process.env['MONGODB_URI'];
  if (given) return { env: {}, stop: async () => {} };
  const { uri, stop } = await startReplicaSet();
  return { env: { MONGODB_URI: uri }, stop };
});
