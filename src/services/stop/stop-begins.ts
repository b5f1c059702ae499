import { safely } from '../../platform/failures.ts';
import { processWide } from '../../platform/process-wide.ts';

/** Process-wide: listeners that end connections without an end of their own, such as live pages, when any stop begins. */
const listeners = processWide('stop listeners', () => new Set<() => void>());

/** @returns a function that takes the listener off */
export function onStopBegins(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function announceStop(): void {
  for (const listener of listeners) safely(listener);
}
