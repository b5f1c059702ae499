import type { NewSession } from '../backend/session-record.ts';
import { mintId, randomTag } from '../ids/session-id.ts';

/** Whose session the next one of a request is. */
export interface Birth extends Pick<NewSession, 'generation' | 'authenticatedAt' | 'device'> {
  readonly user: string;
  readonly tag: string;
}

const mostMinted = 1000;

/** Log-ins that are about to make a session: from the request, over the id that is minted for it, to its creation. */
export class Births {
  readonly #byRequest = new WeakMap<object, Birth>();
  readonly #byId = new Map<string, Birth>();
  readonly #ids = new WeakMap<Birth, string>();
  readonly #minted = new Set<string>();

  announce(request: object, birth: Birth): void {
    this.#byRequest.set(request, birth);
  }

  /** An id for a new session of this request. */
  mint(request: unknown): string {
    const birth = typeof request === 'object' && request !== null ? this.#byRequest.get(request) : undefined;
    const id = mintId(birth?.tag ?? randomTag());
    this.noteMinted(id);
    if (birth !== undefined) {
      this.#byId.set(id, birth);
      this.#ids.set(birth, id);
    }
    return id;
  }

  /** Whether an id was minted here of late, and no session has begun or ended under it. */
  takeMinted(id: string): boolean {
    return this.#minted.delete(id);
  }

  isMinted(id: string): boolean {
    return this.#minted.has(id);
  }

  /** That the framework has just made an id. */
  noteMinted(id: string): void {
    this.#minted.add(id);
    const [oldest] = this.#minted;
    if (this.#minted.size > mostMinted && oldest !== undefined) this.#minted.delete(oldest);
  }

  of(id: string): Birth | undefined {
    return this.#byId.get(id);
  }

  idOf(birth: Birth): string | undefined {
    return this.#ids.get(birth);
  }

  done(request: object, birth: Birth): void {
    this.#byRequest.delete(request);
    const id = this.#ids.get(birth);
    if (id !== undefined) this.#byId.delete(id);
  }
}
