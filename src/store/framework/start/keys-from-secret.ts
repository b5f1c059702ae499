import { hkdfSync } from 'node:crypto';
import { invalidOption } from '../../../errors/errors.ts';
import { checkSecret, howToMake, type DataKey, type Secret } from '../../options/keys.ts';

/** The keys that come from the secrets of an application, newest first. */
export interface DerivedKeys {
  readonly tag: readonly Buffer[];
  readonly data: readonly DataKey[];
  /** Of what the framework signs its cookies with. */
  readonly cookie: readonly string[];
}

/**
 * HKDF-SHA-256 with a label for each purpose: whoever gets one of the keys gets neither the secret nor another key. The labels are
 * never changed, or everybody is logged out.
 * @param where the call, as it stands in messages
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION; it never quotes a secret
 */
export function keysFrom(secret: unknown, where: string): DerivedKeys {
  const secrets: readonly unknown[] = Array.isArray(secret) ? secret : [secret];
  if (secret === undefined || secrets.length === 0)
    throw invalidOption(
      `${where} needs the option 'secret': at least 32 random bytes, out of the environment or wherever you keep passwords. Make one with: ${howToMake}`,
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
