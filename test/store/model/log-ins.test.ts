import {
  type Arbitrary,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  nat,
  oneof,
  option,
  record,
  scheduler,
  tuple,
} from '../../support/properties.ts';
import { test } from 'vitest';
import { raceCount } from '../../support/race-count.ts';
import type { Action, Name } from './actions.ts';
import { play, type Program, type Request } from './play.ts';
import { statements } from './statements.ts';

const begun = constantFrom('before', 'now');
const names = constantFrom<Name>('byId', 'byAlias', 'visitor', 'foreignVisitor');
const ofAnn = constantFrom('byId', 'byAlias');
const ofNobody = constantFrom('visitor', 'foreignVisitor');
const what = <What extends Action['what']>(name: What): Arbitrary<What> => constant(name);

const logIn: Arbitrary<Action> = oneof(
  record({ what: what('create'), begun }),
  record({ what: what('rotate to ann'), begun }),
  record({ what: what('save a new session') }),
  record({ what: what('save ann'), which: ofNobody }),
);
const use: Arbitrary<Action> = oneof(
  record({ what: what('save ben'), which: ofAnn }),
  record({ what: what('rotate'), which: names, graceSeconds: constantFrom(0, 30) }),
  record({ what: what('patch'), which: names }),
  record({ what: what('list') }),
);
const end: Arbitrary<Action> = oneof(
  {
    weight: 3,
    arbitrary: record({ what: what('destroyAll'), except: option(ofAnn, { nil: undefined, freq: 2 }) }),
  },
  { weight: 1, arbitrary: record({ what: what('destroyByHandle'), which: ofAnn }) },
  { weight: 1, arbitrary: record({ what: what('destroy'), which: names }) },
);
const request = (action: Arbitrary<Action>): Arbitrary<Request> =>
  record({ action, reaches: option(nat(12), { nil: undefined, freq: 8 }) });

const requests: Arbitrary<readonly Request[]> = oneof(
  tuple(request(end), request(logIn)),
  tuple(request(end), request(use)),
  tuple(request(use), request(logIn)),
  tuple(request(end), request(logIn), request(oneof(logIn, use, end))),
);
/**
 * A session that gets its user under an id that it has already is found by its alias alone. If a log-out everywhere takes the
 * alias, then that log-out, or the log-in, must live long enough to end the session, too: so here nobody dies beside it.
 */
function survivable(given: readonly Request[]): readonly Request[] {
  const needsAlias = given.some(({ action }) => action.what.startsWith('save'));
  return needsAlias ? given.map(each => ({ ...each, reaches: undefined })) : given;
}

const program: Arbitrary<Program> = record({
  kind: constantFrom('in steps', 'at once'),
  revoked: boolean(),
  requests: requests.map(survivable),
});

test('In whatever order the commands of log-ins, rotations and log-outs reach the server, a user has the listed sessions and no others, and a log-out everywhere ends them.', async () => {
  await assert(
    asyncProperty(program, scheduler(), async (played, order) => {
      const outcome = await play(played, order);
      for (const holds of statements) await holds(outcome);
    }),
    { numRuns: raceCount() * 4 },
  );
});
