import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import type { NewSession, SessionHeader } from '../backend/session-record.ts';
import { refuseTooLarge } from '../data/size-limit.ts';
import { newHandle, newVersion } from '../ids/names.ts';
import { create, newSession } from '../sessions/create.ts';
import { loadedFrom } from '../sessions/loaded.ts';
import { admit } from '../sessions/log-in.ts';
import { isOutsideTag, underPointer } from '../sessions/pointers.ts';
import { readLive } from '../sessions/read-live.ts';
import type { Framework } from './framework.ts';
import type { Held } from './held.ts';
import { lifeOfNew } from './life-changes.ts';
import { saveKnown } from './save-known.ts';
import { snapshotOf } from './snapshots.ts';

const handles = new WeakMap<object, string>();

/** Stores a session that has never been stored. An id that has ended is never used again. */
export async function createSession(
  framework: Framework,
  session: object,
  held: Held,
  device: string | undefined,
): Promise<void> {
  const { parts, known, reports, births, creating, snapshots, made } = framework;
  const { hash } = held.key;
  if (known.hasEnded(hash)) return reports.ended('save', 'unknown', undefined);
  refuseTooLarge(parts.settings.maxBytes, held.texts);
  const life = lifeOfNew(held.life, parts.settings);
  if (life.expiresInMS <= 0) return;
  // The same for each attempt, so that one whose answer was lost is known again.
  const handle = handles.get(session) ?? newHandle();
  handles.set(session, handle);
  made.add(session);
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
    parts.audit.begun(header);
    const loaded = { key: held.key, header, texts: held.texts };
    snapshots.set(session, snapshotOf(loaded, held));
    known.use(hash);
  } catch (error) {
    if (!isTaken(error) || !(await isFound(framework, session, held, handle))) throw error;
  } finally {
    creating.delete(hash);
  }
  // Not before: whoever tries once more after a failure may still begin it.
  births.takeMinted(held.id);
}

type Own = Partial<NewSession> & Pick<NewSession, 'handle' | 'version' | 'fields'>;

async function insert(
  { parts, births, fences }: Framework,
  object: object,
  { id, key, user }: Held,
  own: Own,
): Promise<SessionHeader> {
  const birth = births.of(id);
  const owner = birth?.user ?? user;
  if (owner === undefined) return create(parts, newSession(parts, key, { ...own, device: undefined }));
  const admission =
    birth ?? (await admit(parts, owner, parts.tags.newest(owner), fences.proofFor(object, owner)));
  const { generation, authenticatedAt = 'now' } = admission;
  const device = birth?.device ?? own.device;
  const session = newSession(parts, key, { ...own, user: owner, generation, authenticatedAt, device });
  if (!isOutsideTag(parts, owner, key)) return create(parts, session);
  const { handle, absoluteEnd } = session;
  return underPointer(
    parts,
    key,
    { user: owner, admission: { generation, authenticatedAt }, handle, absoluteEnd },
    () => create(parts, session),
  );
}

function isTaken(error: unknown): boolean {
  return error instanceof SessionGuardError && error.code === codes.storeIdTaken;
}

/** An earlier attempt has stored it, although it seemed to fail. */
async function isFound(framework: Framework, session: object, held: Held, handle: string): Promise<boolean> {
  const { parts, snapshots } = framework;
  const found = await readLive(parts, held.key);
  if (found?.record.handle !== handle) return false;
  parts.audit.begun(found.record);
  const loaded = loadedFrom(parts.codec, held.key, found.record);
  const snapshot = snapshotOf(loaded, { texts: loaded.texts, expires: undefined });
  snapshots.set(session, snapshot);
  await saveKnown(framework, session, { snapshot, held, during: 'save' });
  return true;
}
