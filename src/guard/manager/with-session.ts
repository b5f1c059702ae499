import type { ClientSession, ClientSessionOptions, MongoClient } from 'mongodb';
import { invalidArgument } from '../../errors/errors.ts';
import type { ClientGuard } from '../runtime/client/client-guard.ts';
import { endByRunner, startByRunner } from '../driver/session/caller.ts';
import { checkSessionOptions } from './options/call-options.ts';
import { currentScopeStillOn } from '../scope/around.ts';
import { runInScope } from '../scope/async-scope.ts';

/** Starts a session, runs the callback, and ends the session. If both fail, the error of the callback is thrown. */
export async function withSession<T>(
  client: MongoClient,
  guard: ClientGuard,
  fn: (session: ClientSession) => Promise<T>,
  options?: ClientSessionOptions,
): Promise<T> {
  if (typeof fn !== 'function')
    throw invalidArgument('withSession takes an async function: withSession(async session => …).');
  checkSessionOptions(options, 'withSession');
  const site = guard.sites.capture(withSession);
  const session = startByRunner(client, options, site);
  const token = {};
  guard.callbacks.add(token);
  let value: T;
  try {
    value = await callInScope(guard, token, fn, session);
  } catch (error) {
    await endByRunner(session).catch(() => undefined);
    throw error;
  } finally {
    guard.callbacks.delete(token);
  }
  await endByRunner(session);
  return value;
}

function callInScope<T>(
  guard: ClientGuard,
  token: object,
  fn: (session: ClientSession) => Promise<T>,
  session: ClientSession,
): Promise<T> {
  const scope = { kind: 'callback', token, running: guard.callbacks, parent: currentScopeStillOn() } as const;
  return runInScope(scope, () => fn(session));
}
