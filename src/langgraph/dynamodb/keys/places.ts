/** A namespace of a thread. */
export interface Place {
  readonly thread: string;
  readonly ns: string;
}

/** A checkpoint. */
export interface Address extends Place {
  readonly id: string;
}
