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

/** The same for a copy of a library. It is not kept alive until then: a program may load one copy after another. */
export function whenDemandedFor<T extends object>(copy: T, act: (copy: T) => void): void {
  const weak = new WeakRef(copy);
  whenDemanded(() => {
    const known = weak.deref();
    if (known !== undefined) act(known);
  });
}

/**
 * A manager, a tracker or statistics need the driver observed. Sessions that are open by now are followed from their next use on,
 * and their history is unknown (`historyUnknown`).
 */
export function demandObservation(): void {
  demand.isThere = true;
  if (!demand.isPutOff) return;
  demand.isPutOff = false;
  for (const act of demand.waiting.splice(0)) act();
}
