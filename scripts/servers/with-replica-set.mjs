// @ts-check
// node scripts/servers/with-replica-set.mjs node app.mjs …
// Runs a program with MONGODB_URI set to a replica set of its own, or to the one that is set already.
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
