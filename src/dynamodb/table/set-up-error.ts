/** A table that is not as it has to be. Its message says how to mend that. */
export class TableSetUpError extends Error {
  override readonly name = 'TableSetUpError';
}
