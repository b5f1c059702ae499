import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { unreadable } from '../errors.ts';
import { randomBytes } from '../ids/random.ts';
import type { DataKey } from '../options/keys.ts';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Derives the key of each session from one data key: HKDF-SHA-256 (RFC 5869) with the id's hash as `info`. The step that is the
 * same for all sessions is done once, which leaves one HMAC for each session.
 */
export class SessionKeys {
  readonly id: string;
  readonly #extracted: KeyObject;

  constructor({ id, key }: DataKey) {
    this.id = id;
    this.#extracted = createSecretKey(createHmac('sha256', 'session-guard').update(key).digest());
  }

  /** @returns 32 bytes */
  of(hash: string): Buffer {
    return createHmac('sha256', this.#extracted).update(`${hash}\x01`).digest();
  }
}

/**
 * Encrypts the fields of one session: AES-256-GCM with a key for each session. A field that was copied from another session, or
 * moved from another field, is detected.
 */
export class Seal {
  readonly #keys: readonly SessionKeys[];
  readonly #hash: string;
  readonly #derived = new Map<SessionKeys, Buffer>();

  /** @param keys newest first: the newest encrypts, all decrypt */
  constructor(keys: readonly SessionKeys[], hash: string) {
    this.#keys = keys;
    this.#hash = hash;
  }

  /** @returns the key's id, a colon, and nonce, sealed text and tag as base64url */
  close(name: string, text: string): string {
    const [key] = this.#keys;
    if (key === undefined) throw new TypeError('A seal needs a key.');
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#derive(key), nonce).setAAD(this.#bind(name));
    const sealed = cipher.update(text, 'utf8');
    cipher.final(); // GCM has nothing left to give here
    const bytes = Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
    return `${key.id}:${bytes.toString('base64url')}`;
  }

  /** @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE: an unknown key, or a changed text */
  open(name: string, sealed: string): string {
    const colon = sealed.indexOf(':');
    const id = sealed.slice(0, colon);
    const key = this.#keys.find(known => known.id === id);
    if (key === undefined || colon < 0) {
      throw unreadable(
        'A stored session was sealed with a key that is not in keys.data, or was not sealed at all. Add the old key after the newest one, until its sessions have ended.',
      );
    }
    return this.#openWith(key, name, Buffer.from(sealed.slice(colon + 1), 'base64url'));
  }

  #openWith(key: SessionKeys, name: string, bytes: Buffer): string {
    try {
      const decipher = createDecipheriv(algorithm, this.#derive(key), bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      })
        .setAAD(this.#bind(name))
        .setAuthTag(bytes.subarray(-tagBytes));
      const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
      decipher.final(); // compares the tag, and has nothing left to give
      return text.toString('utf8');
    } catch (cause) {
      throw unreadable(
        `A stored session cannot be opened with the key '${key.id}': the key is another one, or the store was changed by hand.`,
        cause,
      );
    }
  }

  #derive(key: SessionKeys): Buffer {
    const known = this.#derived.get(key);
    if (known !== undefined) return known;
    const derived = key.of(this.#hash);
    this.#derived.set(key, derived);
    return derived;
  }

  #bind(name: string): Buffer {
    return Buffer.from(`${this.#hash} ${name}`);
  }
}

/** The form of an encrypted text; JSON never has this form. */
export const sealedForm = /^[\w-]{1,32}:[\w-]+$/;
