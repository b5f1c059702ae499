import type { SessionKey } from '../backend/session-key.ts';
import type { NewSession } from '../backend/session-record.ts';
import { hashId } from '../ids/hash-id.ts';
import { mintId } from '../ids/session-id.ts';
import { newHandle, newVersion } from '../ids/names.ts';
import type { Loaded } from './loaded.ts';
import { type Admission, admit, type LogIn } from './log-in.ts';
import type { Parts } from './parts.ts';

export interface Successor {
  readonly id: string;
  readonly to: (from: Loaded) => NewSession;
}

interface Who {
  readonly user: string | undefined;
  readonly login: LogIn | undefined;
  readonly authenticatedAt: number | undefined;
  /** @default that of the session before */
  readonly device: string | undefined;
}

/** What a session becomes with a new id: the same one, or with a log-in one that starts anew and keeps the data. */
export async function successorOf(parts: Parts, from: Loaded, who: Who): Promise<Successor> {
  const { user, device, ...proof } = who;
  const { header } = from;
  const tag = tagFor(parts, user ?? header.user) ?? header.tag;
  const id = mintId(tag);
  const key = { tag, hash: hashId(id) };
  const logIn = user === undefined ? undefined : { user, admission: await admit(parts, user, tag, proof) };
  return { id, to: old => ({ ...successor(parts, key, old, logIn), device: device ?? old.header.device }) };
}

function tagFor({ tags }: Parts, user: string | undefined): string | undefined {
  return user === undefined ? undefined : tags.newest(user);
}

function successor(
  { settings }: Parts,
  { tag, hash }: SessionKey,
  { header, texts }: Loaded,
  logIn: { readonly user: string; readonly admission: Admission } | undefined,
): NewSession {
  const { user, handle, createdAt, authenticatedAt, generation, idleMS, absoluteEnd, device } = header;
  const same = {
    tag,
    hash,
    handle,
    idleMS,
    expiresInMS: idleMS,
    device,
    version: newVersion(),
    next: undefined,
    fields: texts,
  };
  if (logIn === undefined)
    return { ...same, user, createdAt, authenticatedAt, generation, absoluteEnd: { at: absoluteEnd } };
  return {
    ...same,
    ...logIn.admission,
    handle: newHandle(),
    user: logIn.user,
    createdAt: 'now',
    absoluteEnd: { inMS: settings.absoluteMS },
  };
}
