/** @import { RevocationMark, SessionRecord } from 'session-guard/store' */

/**
 * The columns of a session, in their order.
 * @param {SessionRecord} record
 */
export function rowOf(record) {
  const { userKey, hash, fields, ...rest } = record;
  const text = JSON.stringify({ ...rest, fields: [...fields] });
  return [userKey, hash, ownerOf(record.user), record.expiresAt, text];
}

/**
 * As JSON, which writes a NUL so that a text column takes it.
 * @param {string | undefined} user
 */
export function ownerOf(user) {
  return user === undefined ? null : JSON.stringify(user);
}

/**
 * @param {{ user_key: string, hash: string, record: string }} row
 * @returns {SessionRecord}
 */
export function recordOf({ user_key: userKey, hash, record }) {
  const { fields, ...rest } = JSON.parse(record);
  // JSON leaves out undefined values.
  const none = {
    user: undefined,
    renewedAt: undefined,
    authenticatedAt: undefined,
    device: undefined,
    successor: undefined,
  };
  return { ...none, ...rest, userKey, hash, fields: new Map(fields) };
}

/**
 * @param {{ epoch: string | null, set_at: number, except_handle: string | null } | undefined} row
 * @returns {RevocationMark | undefined}
 */
export function markOf(row) {
  if (!row?.epoch) return undefined;
  return { epoch: row.epoch, at: row.set_at, except: row.except_handle ?? undefined };
}
