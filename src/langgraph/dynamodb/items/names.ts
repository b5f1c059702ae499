/** The attributes of the items. Short where every item has it: each byte is paid for. */
export const names = {
  partition: 'thread_id',
  sort: 'sk',
  /** Whole seconds since 1970: the attribute of the table's TTL. */
  expires: 'expires_at',
  /** A bundle. */
  bundle: 'b',
  /** In the place of a bundle: where the blob is that has it. */
  bundleRef: 'r',
  /** Of a checkpoint: its parent's id. */
  parent: 'p',
  /** Of a checkpoint: the oldest of its own id and all that it comes from. Of the fence: what a newer one must be above. */
  oldest: 'o',
} as const;
