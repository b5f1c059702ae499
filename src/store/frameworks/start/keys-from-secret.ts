import { hkdfSync } from 'node:crypto';
import { invalidOption } from '../../../errors/errors.ts';
import { checkSecret, howToMake, type DataKey, type Secret } from '../../options/keys.ts';

/** The keys that are derived from the secrets of an application, newest first. */
export interface DerivedKeys {
  readonly tag: readonly Buffer[];
  readonly data: readonly DataKey[];
  /** The keys with which the framework signs its cookies. */
  readonly cookie: readonly string[];
}

/**
 * HKDF-SHA-256 with a label for each purpose: anyone who gets one of the keys gets neither the secret nor another key. The
 * labels must never change, because that would log everybody out.
 * @param where the name of the call in messages
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION; it never quotes a secret
 */
export function keysFrom(secret: unknown, where: string): DerivedKeys {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  if (secret === undefined || secrets.length === 0)
    throw invalidOption(
      `${where} needs the option 'secret': at least 32 random bytes, from the environment or your secret storage. Make one with: ${howToMake}`,
    );
  const checked = secrets.map((one, index) =>
    checkSecret(one, Array.isArray(secret) ? `secret[${index}]` : 'secret', where),
  );
  return {
    tag: checked.map(one => derived(one, 'tag', 32)),
    data: checked.map(one => ({
      id: derived(one, 'data-id', 6).toString('base64url'),
      key: derived(one, 'data', 32),
    })),
    cookie: checked.map(one => derived(one, 'cookie', 32).toString('base64')),
  };
}

function derived(secret: Secret, purpose: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `session-guard/${purpose}/1`, bytes));
}
