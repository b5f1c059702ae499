/** What a manager decides for its client; for an observed client without a manager the preload may decide. */
export interface GuardSettings {
  readonly protect: boolean;
  readonly drainTimeoutMS: number;
  readonly closeGraceMS: number;
}

export const observing: GuardSettings = { protect: false, drainTimeoutMS: 5000, closeGraceMS: 10_000 };
