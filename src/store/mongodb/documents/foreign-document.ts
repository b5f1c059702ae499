import { unreadable } from '../../errors.ts';

export function foreignDocument(): Error {
  return unreadable(
    'A document in the collection of the sessions has not the form of a session or of a fence: something else has written there. Give the sessions a collection of their own.',
  );
}
