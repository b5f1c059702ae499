import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import { withoutRunner } from '../../register/support/run-preloaded.ts';
import { replicaSetUri } from '../../setup/servers.ts';

interface Document {
  readonly _id: string;
  readonly sku?: string;
  readonly left?: number;
}

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string | undefined;
  /** The port of a proxy, by which it reaches the server. */
  readonly proxyPort?: number | undefined;
}

export type Program = Awaited<ReturnType<typeof startProgram>>;

/** No test is about how fast a machine is. */
const patient = { TIMEOUT_MS: '120000', GRACE_MS: '120000' };

/** A database of its own, with two packets of tea in stock. */
export async function openDatabase() {
  const uri = new URL(replicaSetUri());
  uri.pathname = `/service_${randomBytes(6).toString('hex')}`;
  const client = new MongoClient(uri.href);
  const stock = client.db().collection<Document>('stock');
  const orders = client.db().collection<Document>('orders');
  await stock.insertOne({ _id: 'tea', left: 2 });
  onTestFinished(async () => {
    await client.db().dropDatabase();
    await client.close();
  });
  return { uri, stock, orders };
}

/** The same database, by a proxy: the driver would go round it to the members of the set. */
function byProxy({ href }: URL, port: number | undefined): string {
  if (port === undefined) return href;
  const uri = new URL(href);
  uri.port = String(port);
  uri.search = '?directConnection=true';
  return uri.href;
}

/** A running service, on a database of its own. It needs `npm run build`. */
export async function startProgram(args: readonly string[], { env, cwd, proxyPort }: ProgramOptions = {}) {
  const database = await openDatabase();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...withoutRunner(), MONGODB_URI: byProxy(database.uri, proxyPort), PORT: '0', ...patient, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, which ends with the processes that it has started.
    detached: true,
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    killGroup(child);
    await ended;
  });
  return { ...database, child, ended, heard: linesOf(child), complaints: complaintsOf(child) };
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
}

/** @returns a function that waits for the next line that begins with a word, and returns the rest of it */
function linesOf({ stdout }: ChildProcess): (word: string) => Promise<string> {
  if (stdout === null) throw new Error('The program has no output.');
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return async word => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`The program has ended without the line '${word}'.`);
      if (value.startsWith(word)) return value.slice(word.length + 1);
    }
  };
}

/** What it writes on stderr. */
function complaintsOf({ stderr }: ChildProcess): string[] {
  const written: string[] = [];
  stderr?.setEncoding('utf8').on('data', (text: string) => written.push(text));
  return written;
}
