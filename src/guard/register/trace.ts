import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SharedState } from '../runtime/process/shared-state.ts';
import { TraceFile } from '../trace/trace-file.ts';
import { TraceWriter } from '../trace/trace-writer.ts';
import type { Environment } from './environment.ts';

/** Traces one more realm of this process, whose sessions have numbers of their own. */
export type TraceRealm = (realm: SharedState) => void;

/** @returns undefined where no trace is wanted */
export function traceFrom({ trace, traceMB }: Environment): TraceRealm | undefined {
  if (trace === undefined || isRunOver(trace)) return undefined;
  const file = new TraceFile({ name: trace, mostBytes: traceMB * 2 ** 20 });
  let realms = 0;
  return realm => {
    new TraceWriter(file, realms).attach(realm);
    realms += 1;
  };
}

/**
 * True if `session-guard run` has ended, and its folder is gone. A process that outlives it, such as a daemon, still has the
 * variables, and what it starts must run.
 */
function isRunOver(trace: string): boolean {
  return process.env['_SESSION_GUARD_NO_SUMMARY'] !== undefined && !existsSync(dirname(trace));
}
