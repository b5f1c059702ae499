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

/** Only the server can know this: the change is small enough, but the session would be too large with it. */
export function sizeRefused(error: unknown): Error | undefined {
  const isSize = isNamed(error, 'ValidationException') && /item size/i.test(error.message);
  return isSize ? refusal('') : undefined;
}

function refusal(detail: string): Error {
  return tooLarge(
    `A session has at most ${mostItemBytes} bytes on DynamoDB, with its names and its header, so nothing was written.${detail} Keep large values in another place, and their keys in the session.`,
  );
}
