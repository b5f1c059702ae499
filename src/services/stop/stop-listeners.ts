import { safely } from '../../platform/failures.ts';
import { processWide } from '../../platform/process-wide.ts';

/** Of the process: what holds connections open without end is ended when a stop begins, whose server it may be. */
const listeners = processWide('stop listeners', () => new Set<() => void>());

/** @returns a function that takes the listener off */
export function onStopBegins(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function announceStop(): void {
  for (const listener of listeners) safely(listener);
}
