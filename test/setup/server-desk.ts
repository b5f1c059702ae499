import type { ServerResponse } from 'node:http';
import { type HttpServer, httpServer } from '../support/http-server.ts';

/** A server that is running, as the test files know it. */
export interface Shared {
  /** Its address, or several of them with commas between. */
  readonly address: string;
  readonly stop: () => Promise<void>;
}

export interface ServerDesk {
  readonly url: string;
  /** Stops what has been started; may be called twice. */
  readonly close: () => Promise<void>;
}

/**
 * Where the test files, each in a process of its own, ask for a server of the whole run: it starts at the first
 * question, so that a run which needs no such server does not wait for one.
 */
export async function openServerDesk(
  starts: Readonly<Record<string, () => Promise<Shared>>>,
): Promise<ServerDesk> {
  const started = new Map<string, Promise<Shared>>();
  const find = (name: string): Promise<Shared> => {
    const shared = started.get(name) ?? Promise.resolve().then(() => startOf(starts, name)());
    started.set(name, shared);
    return shared;
  };
  const desk = await httpServer(
    (request, response) => void answer(response, find(request.url?.slice(1) ?? '')),
  );
  let closing: Promise<void> | undefined;
  return { url: desk.url, close: () => (closing ??= closeAll(desk, started)) };
}

function startOf(
  starts: Readonly<Record<string, () => Promise<Shared>>>,
  name: string,
): () => Promise<Shared> {
  const start = starts[name];
  if (start === undefined) throw new Error(`there is no server called "${name}"`);
  return start;
}

async function answer(response: ServerResponse, shared: Promise<Shared>): Promise<void> {
  try {
    response.end((await shared).address);
  } catch (error) {
    response.statusCode = 500;
    response.end(error instanceof Error ? error.message : String(error));
  }
}

async function closeAll(desk: HttpServer, started: Map<string, Promise<Shared>>): Promise<void> {
  await desk.close();
  const settled = await Promise.allSettled(started.values());
  started.clear();
  const running = settled.filter(result => result.status === 'fulfilled');
  await Promise.all(running.map(({ value }) => value.stop()));
}
