import type { SessionKey } from '../../backend/session-key.ts';
import type { SessionRecord } from '../../backend/session-record.ts';
import { fieldsFrom } from './fields.ts';
import { endOfHeader, headerFrom } from './header.ts';

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE */
export function recordFrom(key: SessionKey, value: string): SessionRecord {
  const end = endOfHeader(value);
  // Every read comes by here: an assignment costs less than a copy of the header.
  return Object.assign(headerFrom(key, value, end), { fields: fieldsFrom(value, end + 1) });
}
