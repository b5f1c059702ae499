import { clock } from '../../../platform/time/clock.ts';
import { safely } from '../../../platform/failures.ts';
import type { ContextSource, RequestContext } from '../../events/events.ts';

/** The parts of a context that a framework, or the program, gives. */
export type About = Partial<Pick<RequestContext, 'id' | 'method' | 'route'>>;

/** What is known of a request: read when it is asked for, since a route is often found late, and kept when it is over. */
export class RequestNote implements ContextSource {
  readonly #startedAt = clock.wall();
  readonly #number: number;
  #read: (() => About) | undefined;
  #kept: About = {};
  #log: unknown;

  /**
   * @param scope the number of the scope, for a request without an id
   */
  constructor(read: () => About, scope: number, log?: unknown) {
    this.#read = read;
    this.#number = scope;
    this.#log = log;
  }

  get log(): unknown {
    return this.#log;
  }

  read(): RequestContext {
    const { id = String(this.#number), method, route } = this.#now();
    return {
      id,
      ...(method !== undefined && { method }),
      ...(route !== undefined && { route }),
      startedAt: this.#startedAt,
    };
  }

  /** The logger stays: what the request has left behind is found later. */
  close(): void {
    this.#kept = this.#now();
    this.#read = undefined;
  }

  #now(): About {
    const { id, method, route } = (this.#read && safely(this.#read)) ?? this.#kept;
    // A function of the program may return anything.
    return { id: textOf(id), method: textOf(method), route: textOf(route) };
  }
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
