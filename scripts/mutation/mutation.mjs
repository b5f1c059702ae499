// @ts-check
// npm run test:mutation -- <room> [<option of stryker> …]
// Changes the files of a room of `rooms.mjs` in small ways, and runs the room's tests on each change: one that no test
// notices has survived. What has not changed since the last run of the room is not run again; `--force` runs all.
import { spawnSync } from 'node:child_process';
import { rooms, variable } from './rooms.mjs';

const [name = '', ...options] = process.argv.slice(2);
if (rooms[name] === undefined) {
  console.error(`There is no room '${name}'. The rooms: ${Object.keys(rooms).join(', ')}.`);
  process.exit(2);
}
const env = { ...process.env, [variable]: name };
process.exitCode = spawnSync('npx', ['stryker', 'run', ...options], { stdio: 'inherit', env }).status ?? 1;
