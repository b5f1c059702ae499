import { processWide } from '../../guard/process-wide.ts';
import type { Caller, Site } from '../../session/events.ts';

interface NextCaller {
  /** Who starts the next session, and where, if not the caller of `startSession` itself. */
  start: { readonly by: Caller; readonly site?: Site | undefined };
  end: Caller;
  abort: Caller;
}

/** In whose name the next call of a method is made; read, and set back, before the method first waits. */
const next = processWide<NextCaller>('caller', () => ({ start: { by: 'user' }, end: 'user', abort: 'user' }));

/** Starts a session in the name of a helper, which also ends it. */
export function startByHelper<S>(start: () => S, site?: Site): S {
  next.start = { by: 'helper', site };
  try {
    return start();
  } finally {
    next.start = { by: 'user' };
  }
}

/** Ends a session in the name of the helper that started it. */
export function endByHelper(session: { endSession(): Promise<void> }): Promise<void> {
  next.end = 'helper';
  try {
    return session.endSession();
  } finally {
    next.end = 'user';
  }
}

/** Aborts in the name of the helper whose call was stopped. */
export function abortByHelper(session: { abortTransaction(): Promise<void> }): Promise<void> {
  next.abort = 'helper';
  try {
    return session.abortTransaction();
  } finally {
    next.abort = 'user';
  }
}

export function takeStarter(): NextCaller['start'] {
  const taken = next.start;
  next.start = { by: 'user' };
  return taken;
}

export function takeEnder(): Caller {
  const taken = next.end;
  next.end = 'user';
  return taken;
}

export function takeAborter(): Caller {
  const taken = next.abort;
  next.abort = 'user';
  return taken;
}
