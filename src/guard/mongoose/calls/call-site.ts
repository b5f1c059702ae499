import { guardOf } from '../../runtime/process/shared-state.ts';
import { captureSite } from '../../scope/site-capture.ts';
import { currentScope, type Scope } from '../../scope/async-scope.ts';
import { currentCall, surroundingTransaction } from '../../scope/lookup.ts';
import type { Site } from '../../events/events.ts';
import { safely } from '../../../platform/failures.ts';
import { processWide } from '../../../platform/process-wide.ts';
import type { StackStart } from '../../stack/stack.ts';

/** In a transaction the stack must reach the callback: this proves that the call belongs to the transaction. */
const depthInTransaction = 100;

/** The depth to which nested calls (a hook that schedules the next call, …) are followed. */
const mostNested = 16;

/** Where a query, an aggregate or a cursor was made. */
export interface Made {
  readonly site: Site | undefined;
  /** The scope of an `outsideTxn` or `allow` around it: it is still in effect when the query is sent. */
  readonly scope: Scope | undefined;
}

export interface CallPlace {
  /** The function that the user has called: the frames below it in the stack belong to the user. */
  readonly below: StackStart;
  /** Undefined before the connection has a client. */
  readonly client: object | null | undefined;
  /** Where the query, aggregate or cursor was made. */
  readonly made?: Made | undefined;
}

/**
 * Where a call is made, if the place is needed: in development, after a finding without a place, and in a transaction if the
 * call was not given its session.
 */
export function siteOfCall({ below, client, made }: CallPlace, hasSession = false): Site | undefined {
  const inTransaction = !hasSession && surroundingTransaction() !== undefined;
  if (!inTransaction && !arePlacesWanted(client)) return undefined;
  const via = made?.site ?? (isDeep() ? undefined : currentCall()?.site);
  return captureSite(below, inTransaction ? depthInTransaction : undefined, via ?? null);
}

function arePlacesWanted(client: object | null | undefined): boolean {
  return client == null ? process.env['NODE_ENV'] !== 'production' : guardOf(client).sites.on;
}

function isDeep(): boolean {
  let count = 0;
  for (let scope = currentScope(); scope?.kind === 'call'; scope = scope.parent) count += 1;
  return count >= mostNested;
}

/** An awaited query is sent from a microtask, with an empty stack. */
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

const out = new WeakSet<object>();

/** The user has called `session(null)`, or has set a session again. */
export function noteOptOut(made: object, isOut: boolean): void {
  if (isOut) out.add(made);
  else out.delete(made);
}

export function isNotedOptOut(made: object): boolean {
  return out.has(made);
}
