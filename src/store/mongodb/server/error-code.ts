/** The number that the server gives an error; undefined for one that is not the server's. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

const duplicateKey = 11_000;

/** There is a document with this id. Not where a unique index of the application's own refuses it. */
export function isTakenId(error: unknown): boolean {
  if (codeOf(error) !== duplicateKey || !(error instanceof Error)) return false;
  const keyPattern: unknown = 'keyPattern' in error ? error.keyPattern : undefined;
  return typeof keyPattern !== 'object' || keyPattern === null || '_id' in keyPattern;
}
