import { hiddenField } from '../../../platform/hidden-field.ts';
import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import type { NewSession, SessionHeader } from '../../backend/session-record.ts';
import { refuseTooLarge } from '../../data/size-limit.ts';
import { newHandle, newVersion } from '../../ids/random.ts';
import { create, newSession } from '../../operations/create.ts';
import { loadedFrom, readLive } from '../../sessions/loaded.ts';
import { admit } from '../../sessions/log-in.ts';
import { isUnderOtherKey, underAlias } from '../../sessions/aliases.ts';
import type { FrameworkContext } from '../shared/framework-context.ts';
import type { Held } from '../shared/held.ts';
import { lifeOfNew } from '../shared/life-changes.ts';
import { saveKnown } from './save-known.ts';
import { snapshotOf } from '../shared/snapshots.ts';

const handles = hiddenField<object, string>();

/** Stores a session that has never been stored. The id of an ended session is never used again. */
export async function createSession(
  framework: FrameworkContext,
  session: object,
  held: Held,
  device: string | undefined,
): Promise<void> {
  const { context, known, reports, pendingLogIns, creating, snapshots, made } = framework;
  const { hash } = held.key;
  if (known.hasEnded(hash)) return reports.ended('save', 'unknown', undefined);
  refuseTooLarge(context.settings.maxBytes, held.texts);
  const life = lifeOfNew(held.life, context.settings);
  if (life.expiresInMS <= 0) return;
  // The same handle for each attempt, so that a session whose response was lost is recognised.
  const handle = handles.get(session) ?? newHandle();
  handles.set(session, handle);
  made.set(session, true);
  const work = insert(framework, session, held, {
    handle,
    device,
    version: newVersion(),
    fields: held.texts,
    ...life,
  });
  creating.set(hash, work);
  try {
    const header = await work;
    context.audit.begun(header);
    const loaded = { key: held.key, header, texts: held.texts };
    snapshots.set(session, snapshotOf(loaded, held));
    known.use(hash);
  } catch (error) {
    if (!isTaken(error) || !(await isFound(framework, session, held, handle))) throw error;
  } finally {
    creating.delete(hash);
  }
  // Not before this point: a retry after a failure may still create the session.
  pendingLogIns.takeMinted(held.id);
}

type Own = Partial<NewSession> & Pick<NewSession, 'handle' | 'version' | 'fields'>;

async function insert(
  {
    context,
    pendingLogIns,
    guardedLogIns,
  }: Pick<FrameworkContext, 'context' | 'pendingLogIns' | 'guardedLogIns'>,
  object: object,
  { id, key, user }: Held,
  own: Own,
): Promise<SessionHeader> {
  const pending = pendingLogIns.of(id);
  const owner = pending?.user ?? user;
  if (owner === undefined) return create(context, newSession(context, key, { ...own, device: undefined }));
  const admission =
    pending ??
    (await admit(context, owner, context.userKeys.newest(owner), guardedLogIns.proofFor(object, owner)));
  const { epoch, authenticatedAt = 'now' } = admission;
  const device = pending?.device ?? own.device;
  const session = newSession(context, key, { ...own, user: owner, epoch, authenticatedAt, device });
  if (!isUnderOtherKey(context, owner, key)) return create(context, session);
  const { handle, absoluteEnd } = session;
  return underAlias(
    context,
    key,
    { user: owner, admission: { epoch, authenticatedAt }, handle, absoluteEnd },
    () => create(context, session),
  );
}

function isTaken(error: unknown): boolean {
  return error instanceof SessionGuardError && error.code === codes.storeIdTaken;
}

/** An earlier attempt has stored it, although it seemed to fail. */
async function isFound(
  framework: FrameworkContext,
  session: object,
  held: Held,
  handle: string,
): Promise<boolean> {
  const { context, snapshots } = framework;
  const found = await readLive(context, held.key);
  if (found?.record.handle !== handle) return false;
  context.audit.begun(found.record);
  const loaded = loadedFrom(context.codec, held.key, found.record);
  const snapshot = snapshotOf(loaded, { texts: loaded.texts, expires: held.expires });
  snapshots.set(session, snapshot);
  await saveKnown(framework, session, { snapshot, held, during: 'save' });
  return true;
}
