import { isNamed } from '../../dynamodb/errors.ts';
import { itemBytes, mostItemBytes } from '../../dynamodb/item-size.ts';
import type { Item } from '../../dynamodb/items.ts';
import { tooLarge } from '../errors.ts';

/**
 * @param item the session, or the part of it that is written
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_TOO_LARGE
 */
export function checkSize(item: Item): void {
  const bytes = itemBytes(item);
  if (bytes > mostItemBytes) throw refusal(` It would have ${bytes} bytes.`);
}

/** What only the server can know: a change that is small enough, of a session that is too large with it. */
export function sizeRefused(error: unknown): Error | undefined {
  const isSize = isNamed(error, 'ValidationException') && /item size/i.test(error.message);
  return isSize ? refusal('') : undefined;
}

function refusal(detail: string): Error {
  return tooLarge(
    `A session has at most ${mostItemBytes} bytes on DynamoDB, with its names and its header, so nothing was written.${detail} Keep what is large somewhere else, and its key in the session.`,
  );
}
