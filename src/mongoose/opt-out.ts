const out = new WeakSet<object>();

/** The user has said `session(null)` of it, or has given it a session again. */
export function noteOptOut(made: object, isOut: boolean): void {
  if (isOut) out.add(made);
  else out.delete(made);
}

export function hasOptedOut(made: object): boolean {
  return out.has(made);
}
