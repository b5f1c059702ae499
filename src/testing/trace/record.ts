import { createWriteStream, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { invalidArgument } from '../../errors/errors.ts';
import { shared } from '../../guard/runtime/process/shared-state.ts';
import { TraceWriter } from '../../guard/trace/trace-writer.ts';
import { StreamTarget } from './stream-target.ts';

/**
 * Records every event and finding of this process as NDJSON, for `replayTrace` and for a report. Names of commands and
 * collections, places of code, and the method, route and id of requests are written; documents, filters, URLs, headers and ids of
 * the server are not. Where the stream cannot keep up, lines are left out, and a line says how many.
 * @param to the path of a file, which is replaced; or a stream, which is left open
 * @returns a function that ends the recording and resolves when everything is written
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream';
 * import { recordTrace } from 'session-guard/testing';
 *
 * const trace = new PassThrough();
 * const stop = recordTrace(trace);
 * await mongo.withTxn(async session => orders.findOne({}, { session }));
 * await stop();
 * console.log(String(trace.read()).includes('session.started')); // → true
 * ```
 */
export function recordTrace(to: string | Writable): () => Promise<void> {
  if (typeof to === 'string') return recordInto(createWriteStream('', { fd: openSync(to, 'w') }), 'end it');
  if (typeof to?.write !== 'function')
    throw invalidArgument('recordTrace takes a path or a writable stream.');
  return recordInto(to, 'leave it open');
}

function recordInto(stream: Writable, atTheEnd: 'end it' | 'leave it open'): () => Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  const target = new StreamTarget(stream);
  const remove = new TraceWriter(target).attach(shared);
  // A full disk ends the recording, but not the recorded program.
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

/** The stream finishes its writes in their order. */
function flush(stream: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write('', error => (error ? reject(error) : resolve()));
  });
}
