import type { RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import { ConnectionManager } from '../../../../src/index.ts';
import { type Dashboard, dashboard } from '../../../../src/services/dashboard/index.ts';
import { replicaSetUri } from '../../../setup/servers.ts';
import { served } from '../../../support/served.ts';

export const token = 'a-token-that-nobody-guesses';
export const bearer = { authorization: `Bearer ${token}` };

export function live(options = {}): Dashboard {
  const handler = dashboard({ token, title: 'shop', ...options });
  onTestFinished(() => handler.close());
  return handler;
}

export async function serve(handler: RequestListener): Promise<string> {
  return `${await served(handler)}/`;
}

export async function useSession(name: string): Promise<void> {
  const mongo = new ConnectionManager(replicaSetUri(), { console: false });
  await mongo.withTxn(session => mongo.db('live').collection('items').findOne({}, { session }), {
    name,
  });
  await mongo.close();
}

/** Reads server-sent events until their data has the text. */
export async function eventsUntil(address: string, text: string): Promise<string> {
  const response = await fetch(`${address}?events`, { headers: bearer });
  let read = '';
  for await (const chunk of response.body ?? []) {
    read += Buffer.from(chunk).toString();
    if (read.includes(text)) break;
  }
  return read;
}
