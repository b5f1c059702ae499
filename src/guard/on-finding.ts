import { invalidArgument } from '../errors/errors.ts';
import type { FindingListener } from '../report/finding.ts';
import { shared } from './shared-state.ts';

/**
 * Hears the findings of the whole process: of every manager, and of every client of an observed copy of the driver.
 * @returns a function that takes the listener off again
 */
export function onFinding(listener: FindingListener): () => void {
  if (typeof listener !== 'function') throw invalidArgument('onFinding takes a function.');
  return shared.hub.add(listener);
}
