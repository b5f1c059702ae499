import { BoundedSet } from '../../../platform/bounded.ts';
import type { NewSession } from '../../backend/session-record.ts';
import { mintId, randomUserKey } from '../../ids/session-id.ts';

/** The user of the session that a request is about to get. */
export interface PendingLogIn extends Pick<NewSession, 'epoch' | 'authenticatedAt' | 'device'> {
  readonly user: string;
  readonly userKey: string;
}

/** Log-ins that are about to create a session: from the request, to the id that is minted for it, to its creation. */
export class PendingLogIns {
  readonly #byRequest = new WeakMap<object, PendingLogIn>();
  readonly #byId = new Map<string, PendingLogIn>();
  readonly #ids = new WeakMap<PendingLogIn, string>();
  readonly #minted = new BoundedSet<string>(1000);

  add(request: object, pending: PendingLogIn): void {
    this.#byRequest.set(request, pending);
  }

  /** An id for a new session of this request. */
  mint(request: unknown): string {
    const pending =
      typeof request === 'object' && request !== null ? this.#byRequest.get(request) : undefined;
    const id = mintId(pending?.userKey ?? randomUserKey());
    this.noteMinted(id);
    if (pending !== undefined) {
      this.#byId.set(id, pending);
      this.#ids.set(pending, id);
    }
    return id;
  }

  /** True if an id was minted here recently, and no session has begun or ended under it. */
  takeMinted(id: string): boolean {
    return this.#minted.delete(id);
  }

  isMinted(id: string): boolean {
    return this.#minted.has(id);
  }

  /** Records that the framework has just made an id. */
  noteMinted(id: string): void {
    this.#minted.add(id);
  }

  of(id: string): PendingLogIn | undefined {
    return this.#byId.get(id);
  }

  idOf(pending: PendingLogIn): string | undefined {
    return this.#ids.get(pending);
  }

  done(request: object, pending: PendingLogIn): void {
    this.#byRequest.delete(request);
    const id = this.#ids.get(pending);
    if (id !== undefined) this.#byId.delete(id);
  }
}
