import type { NewSession, SessionKey } from '../backend/session-record.ts';
import { hashId, mintId } from '../ids/session-id.ts';
import { newHandle, newVersion } from '../ids/random.ts';
import type { Loaded } from './loaded.ts';
import { type Admission, admit, type LogIn } from './log-in.ts';
import { epochOf } from './aliases.ts';
import type { StoreContext } from './store-context.ts';

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

/** The successor of a session: the same session with a new id; or, after a log-in, a new session with the same data. */
export async function successorOf(context: StoreContext, from: Loaded, who: Who): Promise<Successor> {
  const { user, device, ...proof } = who;
  const { header } = from;
  const userKey = userKeyFor(context, user ?? header.user) ?? header.userKey;
  const id = mintId(userKey);
  const key = { userKey, hash: hashId(id) };
  const origin =
    user === undefined
      ? { epoch: await epochOf(context, header) }
      : { user, admission: await admit(context, user, userKey, proof) };
  return {
    id,
    to: old => ({ ...successor(context, key, old, origin), device: device ?? old.header.device }),
  };
}

function userKeyFor({ userKeys }: StoreContext, user: string | undefined): string | undefined {
  return user === undefined ? undefined : userKeys.newest(user);
}

/** The log-in of a successor: that of the session before, or its own. */
type Origin = { readonly epoch: string } | { readonly user: string; readonly admission: Admission };

function successor(
  { settings }: StoreContext,
  { userKey, hash }: SessionKey,
  { header, texts }: Loaded,
  origin: Origin,
): NewSession {
  const { user, handle, createdAt, authenticatedAt, idleMS, absoluteEnd, device } = header;
  const same = {
    userKey,
    hash,
    handle,
    idleMS,
    expiresInMS: idleMS,
    device,
    version: newVersion(),
    successor: undefined,
    fields: texts,
  };
  if ('epoch' in origin)
    return { ...same, ...origin, user, createdAt, authenticatedAt, absoluteEnd: { at: absoluteEnd } };
  return {
    ...same,
    ...origin.admission,
    handle: newHandle(),
    user: origin.user,
    createdAt: 'now',
    absoluteEnd: { inMS: settings.absoluteMS },
  };
}
