import type { Outcome } from './program.ts';

/** What a program throws by itself. */
export class Thrown extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(outcome);
    this.outcome = outcome;
  }
}

/** Stands in an error of the driver that a program throws. */
export const transientMessage = 'thrown by the program';

const byCode: Readonly<Record<string, Outcome>> = {
  11_000: 'duplicate',
  112: 'conflict',
  251: 'no transaction',
  ERR_SESSION_GUARD_ENDED_IN_HELPER: 'ended in runner',
  ERR_SESSION_GUARD_EXPIRED_SESSION: 'expired',
  ERR_SESSION_GUARD_TIMEOUT: 'timed out',
  ERR_SESSION_GUARD_CLOSED: 'closed',
};

const ofFailPoint: Readonly<Record<string, Outcome>> = { 251: 'commit transient', 20: 'commit fatal' };

/** An outcome that is not known goes by its own text, and equals none that is expected. */
export function outcomeName(error: unknown): string {
  if (error instanceof Thrown) return error.outcome;
  if (!(error instanceof Error)) return String(error);
  if (error.message === transientMessage) return 'thrown transient';
  const code = 'code' in error ? String(error.code) : '';
  const known = error.message.includes('failpoint') ? ofFailPoint[code] : byCode[code];
  return known ?? `${error.name} ${code}: ${error.message}`;
}
