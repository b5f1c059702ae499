import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { ConnectionManager } from '../../../../src/index.ts';
import { type Dashboard, dashboard } from '../../../../src/services/dashboard/index.ts';
import { replicaSetUri } from '../../../setup/servers.ts';

export const token = 'a-token-that-nobody-guesses';
export const bearer = { authorization: `Bearer ${token}` };

export function live(options = {}): Dashboard {
  const handler = dashboard({ token, title: 'shop', ...options });
  onTestFinished(() => handler.close());
  return handler;
}

export async function serve(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
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
