import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { clock } from '../../platform/time/clock.ts';

/** The highest number of a stream: GOAWAY with it announces the end, and refuses nothing yet (RFC 9113, section 6.8). */
const anyStream = 2 ** 31 - 1;

interface Session {
  readonly streams: Set<ServerHttp2Stream>;
  idleSince: number;
  readonly late: boolean;
}

/** The sessions of a server that speaks HTTP/2, each of them one connection. */
export class Http2Sessions {
  readonly #known = new Map<Http2Session, Session>();
  /** When the last one came. */
  latestAt = -Infinity;
  /** When one came, or got an answer, for the last time. */
  activeAt = -Infinity;

  add(session: Http2Session, late: boolean): void {
    const now = clock.now();
    this.latestAt = this.activeAt = now;
    const made: Session = { streams: new Set(), idleSince: now, late };
    this.#known.set(session, made);
    session.once('close', () => this.#known.delete(session));
    // A client knows of a closed session that none of its requests was begun, and asks elsewhere.
    if (late) session.close();
  }

  note(stream: ServerHttp2Stream): void {
    const session = stream.session === undefined ? undefined : this.#known.get(stream.session);
    if (session === undefined) return;
    session.streams.add(stream);
    stream.once('close', () => {
      session.streams.delete(stream);
      this.activeAt = session.idleSince = clock.now();
    });
  }

  /** Clients are asked to use another connection; what they have sent until they know is still answered. */
  announce(): void {
    for (const session of this.#known.keys()) {
      // A destroyed session throws on `goaway`, and is known until its connection is closed: a client that does not read delays that.
      if (!session.closed && !session.destroyed) session.goaway(0, anyStream);
    }
  }

  get open(): number {
    return [...this.#known.values()].reduce((sum, { streams }) => sum + streams.size, 0);
  }

  get size(): number {
    return this.#known.size;
  }

  closeIdle(forMS: number): void {
    const now = clock.now();
    for (const [session, { streams, idleSince }] of this.#known) {
      if (streams.size === 0 && now - idleSince >= forMS && !session.closed) session.close();
    }
  }

  cut(): void {
    for (const session of this.#known.keys()) session.destroy();
  }
}
