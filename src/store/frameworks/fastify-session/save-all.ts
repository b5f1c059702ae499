import { differenceOf } from '../../data/field-texts.ts';
import type { Fields } from '../../backend/session-record.ts';
import { answer, type Callback } from '../answer.ts';
import { sessionTexts } from '../shared/session-texts.ts';

/** A value whose JSON is another one each time must not be saved for ever. */
const mostSaves = 3;

/**
 * When a save calls back, the plugin regards the session as saved in its form of that moment. So changes that an application
 * makes during a save are saved, too, before the callback is called.
 */
export function saveAll(
  session: object,
  save: () => Promise<void>,
  callback: Callback,
  saves = mostSaves,
): void {
  const before = textsIn(session);
  answer(save(), error => {
    if (error === null && saves > 1 && isChanged(before, textsIn(session)))
      saveAll(session, save, callback, saves - 1);
    else callback(error);
  });
}

/** @returns undefined if it cannot be stored: the save at the end of the request reports why */
function textsIn(session: object): Fields | undefined {
  try {
    return sessionTexts(session);
  } catch {
    return undefined;
  }
}

function isChanged(before: Fields | undefined, after: Fields | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const { set, unset } = differenceOf(before, after);
  return set.size + unset.length > 0;
}
