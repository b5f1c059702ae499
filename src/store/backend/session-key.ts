/** Where a session is stored. The id itself is never stored, and cannot be had from it. */
export interface SessionKey {
  /** 12 characters that all sessions of one user share: the Redis slot, the DynamoDB partition, the MongoDB shard key. */
  readonly tag: string;
  /** SHA-256 of the id, base64url, 43 characters. */
  readonly hash: string;
}

export function sameKey(a: SessionKey, b: SessionKey): boolean {
  return a.hash === b.hash && a.tag === b.tag;
}
