import { guardOf } from '../guard/shared-state.ts';
import { captureSite } from '../guard/site-capture.ts';
import { currentScope } from '../scope/async-scope.ts';
import { currentCall, surroundingTransaction } from '../scope/lookup.ts';
import type { Site } from '../session/events.ts';
import type { Made } from './made.ts';

/** In a transaction the whole way up to its callback is wanted: it proves that the call belongs to it. */
const depthInTransaction = 100;

/** Calls within calls (a hook that schedules the next call, …) are followed no further than this. */
const mostNested = 16;

export interface CallPlace {
  /** The function that the user has called: what stands below it in the stack is the user's. */
  readonly below: (...args: never[]) => unknown;
  /** Undefined before the connection has one. */
  readonly client: object | null | undefined;
  /** Where the query, aggregate or cursor was made. */
  readonly made?: Made | undefined;
}

/**
 * Where a call is made, if that is wanted: in development, after a finding without a place, and in a transaction whose session
 * it was not given.
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
