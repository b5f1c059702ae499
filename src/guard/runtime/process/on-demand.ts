import { processWide } from '../../../platform/process-wide.ts';

interface Demand {
  /** Somebody has asked, perhaps before the preload. */
  isThere: boolean;
  isPutOff: boolean;
  readonly waiting: (() => void)[];
}

const demand = processWide('demand', (): Demand => ({ isThere: false, isPutOff: false, waiting: [] }));

/** Under the preload with all rules off, nothing is observed until somebody asks. */
export function observeOnDemand(): void {
  demand.isPutOff = !demand.isThere;
}

/** Does this now, or as soon as somebody asks. It must not throw. */
export function whenDemanded(act: () => void): void {
  if (demand.isPutOff) demand.waiting.push(act);
  else act();
}

/** A manager, a tracker or statistics need the driver observed. The history of sessions that are open by now is unknown. */
export function demandObservation(): void {
  demand.isThere = true;
  if (!demand.isPutOff) return;
  demand.isPutOff = false;
  for (const act of demand.waiting.splice(0)) act();
}
