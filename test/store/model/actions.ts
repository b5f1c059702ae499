import { ann, ben, type Cast, newForeignId, type Process } from './stage.ts';

/** The name of a session of the cast. */
export type Name = keyof Omit<Cast, 'logIn'>;

/** What one request does. */
export type Action =
  /** Log-ins of ann: with an id of the store, and with an id of a framework, which needs an alias. */
  | { readonly what: 'create'; readonly begun: 'before' | 'now' }
  | { readonly what: 'rotate to ann'; readonly begun: 'before' | 'now' }
  | { readonly what: 'save a new session' }
  | { readonly what: 'save ann'; readonly which: 'visitor' | 'foreignVisitor' }
  /** Uses. */
  | { readonly what: 'save ben'; readonly which: 'byId' | 'byAlias' }
  | { readonly what: 'rotate'; readonly which: Name; readonly graceSeconds: 0 | 30 }
  | { readonly what: 'patch'; readonly which: Name }
  | { readonly what: 'list' }
  /** Ends. */
  | { readonly what: 'destroyAll'; readonly except: 'byId' | 'byAlias' | undefined }
  | { readonly what: 'destroyByHandle'; readonly which: 'byId' | 'byAlias' }
  | { readonly what: 'destroy'; readonly which: Name };

/** The id of the session that the request has afterwards, or an end; for an end of sessions, whether one was alive. */
export type Came =
  | { readonly id: string; readonly ended?: false | undefined }
  | { readonly ended: true }
  | boolean;

export async function act(action: Action, process: Process, cast: Cast): Promise<Came> {
  const { store } = process;
  switch (action.what) {
    case 'create':
      return store.create({}, { user: ann, login: action.begun === 'before' ? cast.logIn : undefined });
    case 'rotate to ann':
      return store.rotate(cast.visitor, {
        user: ann,
        login: action.begun === 'before' ? cast.logIn : undefined,
      });
    case 'save a new session': {
      const id = newForeignId();
      await process.set(id, Object.assign(process.generate(id), { user: ann }));
      return { id };
    }
    case 'save ann':
      return saveWith(ann, cast[action.which].id, process);
    case 'save ben':
      return saveWith(ben, cast[action.which].id, process);
    case 'rotate': {
      const session = await store.get(cast[action.which].id);
      return session === null
        ? { ended: true }
        : store.rotate(session, { graceSeconds: action.graceSeconds });
    }
    case 'patch':
      return store.patch(cast[action.which], { patched: true });
    case 'list':
      return (await store.list(ann)).length > 0;
    case 'destroyAll': {
      const { except } = action;
      return (await store.destroyAll(ann, except && { except: cast[except].handle })) > 0;
    }
    case 'destroyByHandle':
      return store.destroyByHandle(ann, cast[action.which].handle);
    default:
      return store.destroy(cast[action.which].id);
  }
}

async function saveWith(user: string, id: string, { get, set }: Process): Promise<Came> {
  const session = await get(id);
  if (session === null || session === undefined) return { ended: true };
  await set(id, Object.assign(session, { user }));
  return { id };
}
