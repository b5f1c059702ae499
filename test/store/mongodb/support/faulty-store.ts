import { MongoClient } from 'mongodb';
import { onTestFinished, vi } from 'vitest';
import { type FailCommand, failCommand } from '../../../real/support/fail-point.ts';
import { closeQuietly } from '../../../real/support/side.ts';
import { storeOn } from './sessions.ts';

/** Of a store that is to give up soon. The others have all the time that a busy machine takes. */
const hasty = 400;

/** In a collection of the application's. */
export async function storeAt(
  uri: string,
  options: { readonly lib?: unknown; readonly appName?: string } = {},
) {
  const { appName = 'store failure', lib } = options;
  const Client = (lib as { MongoClient: typeof MongoClient } | undefined)?.MongoClient ?? MongoClient;
  // A driver that has not noticed yet that its server is gone looks for one when it is closed.
  const client = new Client(uri, { appName, serverSelectionTimeoutMS: 3000 });
  onTestFinished(() => closeQuietly(client));
  const collection = client.db('shop').collection(appName);
  const on = (timeoutMS: number) => storeOn(collection, { store: { timeoutMS } });
  const store = on(60_000);
  await store.setUp();
  const hastyStore = on(hasty);
  await vi.waitFor(() => hastyStore.setUp(), 60_000);
  const refreshing = storeOn(collection, { store: { timeoutMS: 60_000, refreshEverySeconds: 0 } });
  return { store, hastyStore, refreshing, session: await store.create({ n: 1 }, { user: 'user-1' }) };
}

export type Mode = 'alwaysOn' | { readonly times: number } | { readonly skip: number };

let applications = 0;

/** A store of an application of its own, whose commands a fail point makes fail. */
export async function faultyStore(uri: string, mode: Mode, fault: FailCommand, lib?: unknown) {
  applications += 1;
  const appName = `store fault ${applications}`;
  const admin = new MongoClient(uri);
  onTestFinished(() => closeQuietly(admin));
  const ready = await storeAt(uri, { appName, lib });
  const end = await failCommand(admin, appName, mode, fault);
  return { ...ready, end, admin };
}
