import type { ClientSession, ClientSessionOptions, MongoClient } from 'mongodb';
import { invalidArgument } from '../../errors/errors.ts';
import type { ClientGuard } from '../runtime/client/client-guard.ts';
import { endByRunner, startByRunner } from '../driver/session/caller.ts';
import { checkSessionOptions } from './options/call-options.ts';
import { currentScopeStillOn, runInScope } from '../scope/async-scope.ts';

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
  return runWith(guard, session, token =>
    runInScope({ kind: 'callback', token, running: guard.callbacks, parent: currentScopeStillOn() }, () =>
      fn(session),
    ),
  );
}

/** Runs a callback, and ends its session when it has settled. If both fail, the error of the callback is thrown. */
export async function runWith<T>(
  guard: ClientGuard,
  session: ClientSession,
  fn: (token: object) => T | Promise<T>,
): Promise<T> {
  const token = {};
  guard.callbacks.add(token);
  let value: T;
  try {
    value = await fn(token);
  } catch (error) {
    await endByRunner(session).catch(() => undefined);
    throw error;
  } finally {
    guard.callbacks.delete(token);
  }
  await endByRunner(session);
  return value;
}
