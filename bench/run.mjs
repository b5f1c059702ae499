// @ts-check
// npm run bench [-- options]: the cost of the guard, compared with the plain driver. `--help` lists the options.
import { writeFileSync } from 'node:fs';
import { driverVersion, mongooseVersion, prepareCopies } from './drivers.mjs';
import {
  measureAllocation,
  measureCpu,
  measureMemory,
  measurePreload,
  measureProcesses,
  measureScopes,
  measureStart,
  measureThroughput,
} from './groups.mjs';
import { readOptions } from './options.mjs';
import {
  printAllocation,
  printCpu,
  printMemory,
  printPreload,
  printProcesses,
  printScopes,
  printStart,
  printThroughput,
} from './report.mjs';
import { startStub } from './stub/start.mjs';

const options = readOptions(process.argv.slice(2));
prepareCopies();
console.log(
  `Node ${process.version}, driver ${driverVersion}, mongoose ${mongooseVersion}, ${process.platform} ${process.arch}`,
);

const stub = await startStub();
/** @type {Record<string, unknown>} */
const figures = { node: process.version, driver: driverVersion };
try {
  await group('cpu', () => measureCpu(stub.uri, options), printCpu);
  await group('processes', () => measureProcesses(stub.uri, options), printProcesses);
  await group('preload', () => measurePreload(stub.uri, options), printPreload);
  await group('allocation', () => measureAllocation(stub.uri, options), printAllocation);
  await group('throughput', () => measureThroughput(options), printThroughput);
  await group('memory', () => measureMemory(stub.uri), printMemory);
  await group('scopes', () => measureScopes(stub.uri, options), printScopes);
  await group('start', () => measureStart(stub.uri, options), printStart);
} finally {
  stub.stop();
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} measure
 * @param {(rows: T) => void} print
 */
async function group(name, measure, print) {
  if (!options.groups.includes(name)) return;
  const rows = await measure();
  figures[name] = rows;
  print(rows);
}
