import type { Call, HeaderList } from '../../backend/backend.ts';
import type { SessionHeader } from '../../backend/session-record.ts';
import { headerFrom } from '../format/header.ts';
import { alteredReply, headerName } from '../format/record.ts';
import type { Keys } from '../keys.ts';
import type { Layout } from '../options.ts';
import type { Command } from '../port/redis-port.ts';
import { liveIndexScript } from '../scripts/revocation.ts';
import { type Commands, says } from './commands.ts';
import { type Scripts, textsAt } from './scripts.ts';

/** If a header is longer (with a long user and device), the whole session is read. */
const usualHeaderBytes = 1024;

interface ListingParts {
  readonly commands: Commands;
  readonly scripts: Scripts;
  readonly keys: Keys;
  readonly layout: Layout;
}

/** Reads the index of a user key, then the header of each session, but not the data. */
export class Listing {
  readonly #commands: Commands;
  readonly #scripts: Scripts;
  readonly #keys: Keys;
  readonly #layout: Layout;

  constructor(parts: ListingParts) {
    this.#commands = parts.commands;
    this.#scripts = parts.scripts;
    this.#keys = parts.keys;
    this.#layout = parts.layout;
  }

  async of(userKey: string, call: Call): Promise<HeaderList> {
    const found = new Map<string, SessionHeader>();
    const missing = new Set<string>();
    for (;;) {
      const { now, hashes } = await this.#indexed(userKey, call);
      const wanted = hashes.filter(hash => !found.has(hash) && !missing.has(hash));
      // The headers were read after this time, so all sessions that Redis returned were alive at this time.
      if (wanted.length === 0) return { headers: [...found.values()], now };
      const headers = await Promise.all(wanted.map(hash => this.#header(userKey, hash, call)));
      for (const header of headers) if (header !== undefined) found.set(header.hash, header);
      const gone = wanted.filter(hash => !found.has(hash));
      if (gone.length === 0) return { headers: [...found.values()], now };
      // A session that disappeared meanwhile may have a new hash, which is then in the index.
      for (const hash of gone) missing.add(hash);
    }
  }

  async #indexed(
    userKey: string,
    call: Call,
  ): Promise<{ readonly now: number; readonly hashes: readonly string[] }> {
    const run = { script: liveIndexScript, keys: [this.#keys.index(userKey)] as const, args: [] };
    const answer = await this.#scripts.read(run, call);
    return { now: answer.now, hashes: textsAt(answer, 0) };
  }

  async #header(userKey: string, hash: string, call: Call): Promise<SessionHeader | undefined> {
    const name = this.#keys.session({ userKey, hash });
    const text = await this.#headerText(name, call);
    return text === undefined ? undefined : headerFrom({ userKey, hash }, text);
  }

  /** First in this store's layout; then it may have the other layout. */
  async #headerText(name: string, call: Call): Promise<string | undefined> {
    const ofString = (): Promise<string | undefined> => this.#ofString(name, call);
    const ofHash = (): Promise<string | undefined> => this.#text(name, ['HGET', name, headerName], call);
    const [first, second] = this.#layout === 'string' ? [ofString, ofHash] : [ofHash, ofString];
    try {
      return await first();
    } catch (error) {
      if (!says(error, 'WRONGTYPE')) throw error;
      return second();
    }
  }

  async #ofString(name: string, call: Call): Promise<string | undefined> {
    const range = ['GETRANGE', name, '0', String(usualHeaderBytes - 1)];
    const start = await this.#text(name, range, call);
    if (start === '') return undefined;
    const isAll = start === undefined || start.includes('\n') || start.length < usualHeaderBytes;
    return isAll ? start : this.#text(name, ['GET', name], call);
  }

  async #text(name: string, command: Command, call: Call): Promise<string | undefined> {
    const text = await this.#commands.send(name, command, call);
    if (text !== null && typeof text !== 'string') throw alteredReply();
    return text ?? undefined;
  }
}
