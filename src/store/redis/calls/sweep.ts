import type { Call } from '../../backend/backend.ts';
import type { NewRevocationMark } from '../../backend/revocation-mark.ts';
import type { SessionHeader } from '../../backend/session-record.ts';
import { afterWrite } from '../../requests/after-write.ts';
import { escape, escapeOptional } from '../format/escape.ts';
import { headerFrom } from '../format/header.ts';
import type { Keys } from '../keys.ts';
import type { Layout } from '../options.ts';
import { indexScript, setMarkScript, sweepScript } from '../scripts/revocation.ts';
import { removeFromIndexScript } from '../scripts/remove.ts';
import { isApart, isUnreadable } from './commands.ts';
import { type ScriptAnswer, type Scripts, textsAt } from './scripts.ts';

/** A script blocks the server while it runs. */
const mostAtOnce = 500;

/**
 * Ends the sessions of a user. First the revocation mark: a session that is not in the index after that cannot be created any
 * more.
 */
export class Sweep {
  readonly #scripts: Scripts;
  readonly #keys: Keys;
  readonly #layout: Layout;
  readonly #userKey: string;
  readonly #call: Call;
  /** The user, the exception and the epoch, encoded as in headers. */
  readonly #whose: readonly [user: string, except: string, epoch: string];
  readonly #removed: SessionHeader[] = [];
  readonly #seen = new Set<string>();
  #unreadable: unknown;

  constructor(
    parts: { readonly scripts: Scripts; readonly keys: Keys; readonly layout: Layout },
    target: { readonly userKey: string; readonly user: string; readonly mark: NewRevocationMark },
    call: Call,
  ) {
    this.#scripts = parts.scripts;
    this.#keys = parts.keys;
    this.#layout = parts.layout;
    this.#userKey = target.userKey;
    this.#call = call;
    const { except, epoch } = target.mark;
    this.#whose = [escapeOptional(target.user), escapeOptional(except), escape(epoch)];
  }

  /** @returns the removed sessions */
  async run(lifeMS: number): Promise<readonly SessionHeader[]> {
    const [, except, epoch] = this.#whose;
    const args = [epoch, except, String(lifeMS)];
    const keys = [this.#keys.mark(this.#userKey)] as const;
    await this.#scripts.write({ script: setMarkScript, keys, args }, this.#call);
    return afterWrite(() => this.#all());
  }

  async #all(): Promise<readonly SessionHeader[]> {
    let left = await this.#indexed();
    while (left.length > 0) left = this.#unseen(await this.#pass(left.slice(0, mostAtOnce)));
    // It may be a session of the user: all other sessions are ended before the error is thrown.
    if (this.#unreadable !== undefined) throw this.#unreadable;
    return this.#removed;
  }

  async #indexed(): Promise<readonly string[]> {
    const run = { script: indexScript, keys: [this.#keys.index(this.#userKey)] as const, args: [] };
    return this.#unseen(textsAt(await this.#scripts.read(run, this.#call), 0));
  }

  #unseen(hashes: readonly string[]): readonly string[] {
    return hashes.filter(hash => !this.#seen.has(hash));
  }

  /** @returns the hashes that are in the index afterwards */
  async #pass(hashes: readonly string[]): Promise<readonly string[]> {
    const names = hashes.map(hash => this.#keys.session({ userKey: this.#userKey, hash }));
    const [first = '', ...rest] = names;
    const keys = [first, ...rest, this.#keys.index(this.#userKey)] as const;
    try {
      const answer = await this.#sweep(keys, hashes);
      return textsAt(answer, 1);
    } catch (error) {
      if (!isApart(error) && !isUnreadable(error)) throw error;
      return this.#oneByOne(hashes);
    }
  }

  /** Some keys are on another server, because a cluster moves the slot; or one session cannot be read. */
  async #oneByOne(hashes: readonly string[]): Promise<readonly string[]> {
    for (const hash of hashes) {
      const before = this.#removed.length;
      await this.#one(hash);
      if (this.#removed.length > before) await this.#forget(hash);
    }
    return this.#indexed();
  }

  async #one(hash: string): Promise<void> {
    try {
      await this.#sweep([this.#keys.session({ userKey: this.#userKey, hash })], [hash]);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.#unreadable = error;
      this.#seen.add(hash);
    }
  }

  async #sweep(keys: readonly [string, ...string[]], hashes: readonly string[]): Promise<ScriptAnswer> {
    const args = [...this.#whose, String(hashes.length), ...hashes];
    const answer = await this.#scripts.writeOnce(
      { script: sweepScript[this.#layout], keys, args },
      this.#call,
    );
    const pairs = textsAt(answer, 0);
    for (let at = 0; at < pairs.length; at += 2)
      this.#removed.push(headerFrom({ userKey: this.#userKey, hash: pairs[at] ?? '' }, pairs[at + 1] ?? ''));
    for (const hash of hashes) this.#seen.add(hash);
    return answer;
  }

  async #forget(hash: string): Promise<void> {
    const run = {
      script: removeFromIndexScript,
      keys: [this.#keys.index(this.#userKey)] as const,
      args: [hash],
    };
    await this.#scripts.write(run, this.#call);
  }
}
