/** A session as the store before has it. */
export interface OldSession {
  /** What the framework had in it, its `cookie` included. */
  readonly data: object;
  /** Until it expires there, in milliseconds. Without it, it lives as long as a new one. */
  readonly leftMS?: number | undefined;
}

/** How the sessions of the store that was used before are reached. An id never changes. */
export interface MigrateFrom {
  /** @returns undefined if there is none, or it is over */
  readonly read: (id: string) => Promise<OldSession | undefined>;
  readonly remove: (id: string) => Promise<unknown>;
  /**
   * Moves the expiry there when it moves here, so that a session in use lives on; it must not make one. Without it a session that
   * was brought over ends when the old one does.
   */
  readonly touch?: ((id: string, leftMS: number) => Promise<unknown>) | undefined;
  /**
   * From then on the old store is not asked any more: when no instance uses it, and its sessions have been brought over or have
   * expired. A `destroyAll` of this store keeps old sessions of its user out until then.
   */
  readonly until: Date;
}
