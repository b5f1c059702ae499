import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A command line that is not understood: its message says what to change. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * `parseArgs` of Node, whose errors become a `UsageError`.
 * @throws UsageError for an option that does not exist, or that lacks its value
 */
export function parseCommand<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
