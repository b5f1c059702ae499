// @ts-check
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bold, dim } from './colors.mjs';
import { CLIENT_TIMEOUT_MS } from './load.mjs';

/**
 * @param {import('mongodb').MongoClient} auditor
 * @param {number} count
 * @param {number} mistakes
 * @throws if the server has no transactions
 */
export async function printHead(auditor, count, mistakes) {
  const admin = auditor.db('admin');
  const { version } = await admin.command({ buildInfo: 1 });
  const { setName } = await admin.command({ hello: 1 });
  if (setName === undefined)
    throw new Error('MONGODB_URI names a standalone server: the demo needs a replica set.');
  console.log(
    bold(`One order service, ${mistakes} classic mistakes: on the plain driver, then with session-guard`),
  );
  console.log(`The same routes (Express ${versionOf('express')}) run twice, each time with ${count} requests for every mistake:
  plain driver    mongodb ${versionOf('mongodb')} as it comes, nothing observes it
  session-guard   client, sessions and request scopes come from session-guard
MongoDB ${version}, replica set. All numbers are counted in this run: in the database afterwards, and
from the HTTP answers. A client waits ${CLIENT_TIMEOUT_MS / 1000} s; the driver itself would retry for up to 120 s.`);
  console.log(dim('─'.repeat(100)));
}

/** @param {string} name */
function versionOf(name) {
  const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
