import { processWide } from '../../../platform/process-wide.ts';

const demand = processWide('demand', (): { begin: (() => void) | undefined } => ({ begin: undefined }));

/** Under the preload with all rules off nobody asks for sessions at first. `begin` is called when the first one does. */
export function observeOnDemand(begin: () => void): void {
  demand.begin = begin;
}

/** A manager, a tracker or statistics need the driver observed. Sessions that are open by now have an unknown history. */
export function demandObservation(): void {
  const { begin } = demand;
  demand.begin = undefined;
  begin?.();
}
