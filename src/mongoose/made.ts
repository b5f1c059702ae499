import { safely } from '../guard/failures.ts';
import { processWide } from '../guard/process-wide.ts';
import { currentScope, type Scope } from '../scope/async-scope.ts';
import type { Site } from '../session/events.ts';
import { type CallPlace, siteOfCall } from './call-site.ts';

/** Where a query, an aggregate or a cursor was made. */
export interface Made {
  readonly site: Site | undefined;
  /** The scope of an `outsideTxn` or `allow` around it: what its user has said there holds when it is sent. */
  readonly scope: Scope | undefined;
}

/** An awaited query is sent from a microtask, with nothing on its stack. */
const known = processWide('made', () => new WeakMap<object, Made>());

/** Remembers the current call as the place where this was made. */
export function noteMade(made: unknown, placeOf: () => CallPlace): void {
  if (typeof made !== 'object' || made === null) return;
  safely(() => {
    const site = siteOfCall(placeOf());
    const current = currentScope();
    const scope = current?.kind === 'outside' || current?.kind === 'allow' ? current : undefined;
    if (site !== undefined || scope !== undefined) known.set(made, { site, scope });
  });
}

export function madeAt(made: unknown): Made | undefined {
  return typeof made === 'object' && made !== null ? known.get(made) : undefined;
}
