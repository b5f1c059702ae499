import type { RequestContext } from '../../guard/events/request-context.ts';
import type { RequestRow } from './report-data.ts';

interface Known {
  readonly row: RequestRow;
  readonly context: RequestContext;
  readonly changedAt: number;
}

/** When a request was met, or has ended, as the report counts time. */
interface Noted {
  readonly at: number;
  readonly endedAt: number | undefined;
  readonly revision: number;
}

/** The requests that sessions belong to. */
export class Requests {
  readonly #known = new Map<string, Known>();
  readonly #sessions: number;
  /** How many may be known before those that are not needed are forgotten. */
  #most: number;

  /** @param sessions how many sessions the report has at most */
  constructor(sessions: number) {
    this.#sessions = sessions;
    this.#most = 2 * sessions;
  }

  contextOf(key: string | undefined): RequestContext | undefined {
    return this.#known.get(key ?? '')?.context;
  }

  /** @param asked keys that are wanted whenever they have changed */
  changedAfter(since: number, asked: ReadonlySet<string | undefined>): RequestRow[] {
    const isWanted = ({ row, changedAt }: Known) => asked.has(row.key) || (since >= 0 && changedAt > since);
    return [...this.#known.values()].filter(isWanted).map(({ row }) => row);
  }

  /** @returns whether there are so many that some should be forgotten */
  note(process: string, scope: number, context: RequestContext, { at, endedAt, revision }: Noted): boolean {
    const key = `${process}:${scope}`;
    // A request that has used no session is not shown.
    if (!this.#known.has(key) && endedAt !== undefined) return false;
    const { id, method, route } = context;
    const row = {
      key,
      process,
      at,
      ...(id !== undefined && { id }),
      ...(method !== undefined && { method }),
      ...(route !== undefined && { route }),
      ...(endedAt !== undefined && { endedAt }),
    };
    this.#known.set(key, { row, context, changedAt: revision });
    return this.#known.size > this.#most;
  }

  /** Forgets those that have ended, and that no session is shown with. It looks at all of them, so call it seldom. */
  forget(shown: ReadonlySet<string | undefined>): void {
    for (const [key, { row }] of this.#known)
      if (row.endedAt !== undefined && !shown.has(key)) this.#known.delete(key);
    this.#most = this.#known.size + this.#sessions;
  }
}
