// @ts-check
import { abortThenThrow } from './abort-then-throw.mjs';
import { endSessionInCallback } from './end-session-in-callback.mjs';
import { forgottenSession } from './forgotten-session.mjs';
import { notAwaitedBeforeEnd } from './not-awaited-before-end.mjs';
import { notAwaitedLaterOperation } from './not-awaited-later-operation.mjs';
import { notAwaitedOnlyOperation } from './not-awaited-only-operation.mjs';
import { openCursor } from './open-cursor.mjs';
import { promiseAll } from './promise-all.mjs';
import { sharedSession } from './shared-session.mjs';
import { swallowedDuplicateKey } from './swallowed-duplicate-key.mjs';

/** In the order in which they are shown. */
export const cases = [
  notAwaitedBeforeEnd,
  notAwaitedOnlyOperation,
  notAwaitedLaterOperation,
  endSessionInCallback,
  swallowedDuplicateKey,
  promiseAll,
  forgottenSession,
  sharedSession,
  abortThenThrow,
  openCursor,
];
