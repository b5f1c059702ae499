import { createWriteStream, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { invalidArgument } from '../errors/errors.ts';
import { shared } from '../guard/shared-state.ts';
import { ndjsonSink } from '../sinks/ndjson.ts';

/**
 * Records every event of this process as NDJSON, for `replayTrace`. Names of commands and collections and places of code are
 * written; documents, filters and ids of the server are not.
 * @param to the path of a file, which is replaced; or a stream, which is left open
 * @returns a function that ends the recording and resolves when all of it is written
 */
export function recordTrace(to: string | Writable): () => Promise<void> {
  if (typeof to === 'string') return recordInto(createWriteStream('', { fd: openSync(to, 'w') }), 'end it');
  if (typeof to?.write !== 'function')
    throw invalidArgument('recordTrace takes a path or a writable stream.');
  return recordInto(to, 'leave it open');
}

function recordInto(stream: Writable, atTheEnd: 'end it' | 'leave it open'): () => Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  const remove = shared.spine.addSink(ndjsonSink(line => stream.write(line)));
  // A full disk ends the recording, not the program that is recorded.
  const onError = (error: unknown) => {
    failure ??= { error };
    remove();
  };
  stream.on('error', onError);
  let stopped: Promise<void> | undefined;
  return () => (stopped ??= stop());

  async function stop(): Promise<void> {
    remove();
    try {
      if (failure === undefined) await (atTheEnd === 'end it' ? end(stream) : flush(stream));
    } finally {
      stream.off('error', onError);
    }
    if (failure !== undefined) throw failure.error;
  }
}

function end(stream: Writable): Promise<void> {
  const done = finished(stream);
  stream.end();
  return done;
}

/** Writes are answered in their order. */
function flush(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write('', error => (error ? reject(error) : resolve()));
  });
}
