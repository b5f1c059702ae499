import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { httpServer } from '../../../support/http-server.ts';

type Json = Readonly<Record<string, unknown>>;

/** An answer of DynamoDB; `'lost'`: the connection breaks instead. */
export type Answer = { readonly status: number; readonly body: Json } | 'lost';

export interface Request {
  /** Such as `'TransactWriteItems'`. */
  readonly operation: string;
  readonly input: Json;
  /** Sends it to the real server; with another input if one is given. */
  readonly forward: (input?: Json) => Promise<Exclude<Answer, 'lost'>>;
}

/** @returns undefined to let the request pass */
export type Fault = (request: Request) => Promise<Answer> | undefined;

export interface FaultProxy {
  readonly endpoint: string;
  /** The operations of all requests so far. */
  readonly seen: readonly string[];
  readonly setFault: (fault: Fault | undefined) => void;
  readonly close: () => Promise<void>;
}

/** A DynamoDB that fails on demand, in front of a real one. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const seen: string[] = [];
  let fault: Fault | undefined;
  const { url, close } = await httpServer((incoming, outgoing) => {
    answer(incoming, upstream, () => fault, seen).then(
      given => send(outgoing, given),
      () => outgoing.destroy(),
    );
  });
  return {
    endpoint: url,
    seen,
    setFault: next => {
      fault = next;
    },
    close,
  };
}

export function errorAnswer(type: string, more: Json = {}): Answer {
  return {
    status: 400,
    body: { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...more },
  };
}

async function answer(
  incoming: IncomingMessage,
  upstream: string,
  fault: () => Fault | undefined,
  seen: string[],
): Promise<Answer> {
  const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
  const input = JSON.parse(await text(incoming)) as Json;
  seen.push(operation);
  const forward: Request['forward'] = async (changed = input) => {
    const { 'content-type': type = '', authorization = '', 'x-amz-target': target = '' } = incoming.headers;
    const headers = { 'content-type': type, authorization, 'x-amz-target': String(target) };
    const given = await fetch(upstream, { method: 'POST', headers, body: JSON.stringify(changed) });
    return { status: given.status, body: (await given.json()) as Json };
  };
  return (await fault()?.({ operation, input, forward })) ?? forward();
}

function send(outgoing: ServerResponse, given: Answer): void {
  if (given === 'lost') {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(given.status, { 'content-type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify(given.body));
}
