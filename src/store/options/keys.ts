import { invalidOption } from '../../errors/errors.ts';
import { knownOptions } from '../../platform/options/check-options.ts';

/** At least 32 bytes, random: `randomBytes(32).toString('base64')`. */
export type Secret = string | Uint8Array;

export interface StoreKeys {
  /**
   * The secrets from which user keys are computed, newest first; a user key is the part of an id that all sessions of a user
   * share. To change secrets, first add the new one last on all instances, then move it to the front, and remove the old one
   * when `absoluteSeconds` have passed.
   */
  readonly tag: readonly Secret[];
  /** For `encrypt`, newest first; changed in the same way. Without `encrypt` they only decrypt. */
  readonly data?: readonly DataKey[] | undefined;
}

export interface DataKey {
  /** A prefix of the texts that this key has encrypted: 1 to 32 letters, digits, `-` or `_`. */
  readonly id: string;
  readonly key: Secret;
}

const leastBytes = 32;
export const howToMake = `node -e "console.log(require('node:crypto').randomBytes(32).toString('base64'))"`;

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION; it never quotes a key */
export function checkKeys(keys: unknown, encrypt: boolean): StoreKeys {
  if (typeof keys !== 'object' || keys === null) {
    throw invalidOption(`sessionStore needs keys: { tag: [secret] }. Make a secret with: ${howToMake}`);
  }
  knownOptions(keys, 'keys of sessionStore', ['tag', 'data']);
  const { tag, data = [] }: { tag?: unknown; data?: unknown } = keys;
  if (!Array.isArray(tag) || tag.length === 0)
    throw invalidOption('keys.tag of sessionStore must be a list with at least one secret.');
  const secrets = tag.map((secret, index) => checkSecret(secret, `keys.tag[${index}]`));
  if (!Array.isArray(data)) throw invalidOption('keys.data of sessionStore must be a list of { id, key }.');
  if (encrypt && data.length === 0) throw invalidOption('encrypt needs keys.data: [{ id, key }].');
  const dataKeys = data.map((entry, index) => checkDataKey(entry, `keys.data[${index}]`));
  checkDistinct(dataKeys);
  return { tag: secrets, data: dataKeys };
}

/** Encrypted texts contain only the id of their key, so the ids must be distinct. */
function checkDistinct(keys: readonly DataKey[]): void {
  const again = keys.find(({ id }, index) => keys.findIndex(key => key.id === id) < index);
  if (again !== undefined)
    throw invalidOption(
      `keys.data of sessionStore has the id '${again.id}' twice: give each key its own id, and never change it.`,
    );
}

function checkDataKey(entry: unknown, where: string): DataKey {
  const { id, key }: { id?: unknown; key?: unknown } =
    typeof entry === 'object' && entry !== null ? entry : {};
  if (typeof id !== 'string' || !/^[\w-]{1,32}$/.test(id))
    throw invalidOption(`${where}.id of sessionStore must be 1 to 32 letters, digits, '-' or '_'.`);
  knownOptions(entry, `${where} of sessionStore`, ['id', 'key']);
  return { id, key: checkSecret(key, `${where}.key`) };
}

/** @param of the name of the call in messages */
export function checkSecret(secret: unknown, where: string, of = 'sessionStore'): Secret {
  const bytes =
    typeof secret === 'string'
      ? Buffer.byteLength(secret)
      : secret instanceof Uint8Array
        ? secret.byteLength
        : undefined;
  if (bytes === undefined)
    throw invalidOption(
      `${where} of ${of} must be a string or bytes, not ${typeof secret}. Make one with: ${howToMake}`,
    );
  if (bytes < leastBytes)
    throw invalidOption(
      `${where} of ${of} has ${bytes} bytes, and must have at least ${leastBytes}. Make one with: ${howToMake}`,
    );
  return secret as Secret;
}
