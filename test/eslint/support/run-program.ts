import { setImmediate } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { expect } from 'vitest';
import { compile } from '../../docs/support/compile.ts';
import { Heard } from '../../docs/support/heard.ts';
import { replicaSetUri } from '../../setup/servers.ts';

/** What a program did: all that can be seen when nothing of it is in flight any more. */
interface Outcome {
  /** The `_id`s of `orders`, sorted. */
  readonly stored: readonly string[];
  /** The name of the error that the program has ended with. */
  readonly thrown?: string;
  /** The names of the errors that nobody has caught. */
  readonly unhandled: readonly string[];
}

interface Closable {
  close(): Promise<unknown>;
}

let databases = 0;

/**
 * Runs a program on a database of its own. It finds `uri`, and tells `own` what has to be closed after it.
 * @param when `at last`: work that it has left in flight when it ended is waited for
 */
export async function expectOutcome(
  code: string,
  expected: Outcome,
  when: 'at its end' | 'at last',
): Promise<void> {
  databases += 1;
  const uri = new URL(replicaSetUri());
  uri.pathname = `/fixed_${process.pid}_${databases}`;
  await using reader = new MongoClient(uri.href);
  const orders = await reader.db().createCollection<{ _id: string }>('orders');
  const owned: Closable[] = [];
  const heard = new Heard();
  heard.start();
  try {
    const names = { uri: uri.href, own: (one: Closable) => owned.push(one) };
    const block = { page: 'program.js', line: 1, heading: '', language: 'js', flags: [], code };
    const thrown = await compile(block, 'program.js', names)().then(() => undefined, nameOf);
    const outcome = async (): Promise<Outcome> => {
      const found = await orders.find({}, { projection: { _id: 1 } }).toArray();
      return {
        stored: found.map(({ _id }) => _id).toSorted(),
        ...(thrown === undefined ? {} : { thrown }),
        unhandled: heard.unhandled.map(nameOf),
      };
    };
    if (when === 'at last') await expect.poll(outcome).toEqual(expected);
    else expect(await outcome()).toEqual(expected);
  } finally {
    await Promise.all(owned.map(one => one.close()));
    await setImmediate();
    heard.stop();
    await reader.db().dropDatabase();
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
