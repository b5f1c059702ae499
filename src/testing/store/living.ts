import { ok } from 'node:assert';
import type { Ended, Live } from '../../store/session-store.ts';
import type { Data } from './ground.ts';

export function isLiving(session: Live<Data> | Ended | null | undefined): session is Live<Data> {
  return session !== null && session !== undefined && !('ended' in session);
}

/** What must be alive. */
export function living(session: Live<Data> | Ended | null, message?: string): Live<Data> {
  ok(isLiving(session), message ?? 'A session has ended that must be alive.');
  return session;
}
