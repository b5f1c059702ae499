import { processWide } from '../../guard/process-wide.ts';
import { watchDriverCopies } from '../../register/driver-watch.ts';
import { watchMongooseCopies } from '../../register/mongoose-watch.ts';
import { isInJest, watchJestRealm } from './jest-realm.ts';

const watched = processWide('watched by tests', () => ({ before: false }));

/** Observes every copy of the driver that the tests have loaded and will load. */
export function observeCopies(): void {
  if (watched.before) return;
  watched.before = true;
  if (isInJest()) watchJestRealm();
  else watchCopies();
}

function watchCopies(): void {
  watchDriverCopies();
  watchMongooseCopies();
}
