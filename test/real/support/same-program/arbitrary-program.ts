import { array, constantFrom, nat, oneof, record, type Arbitrary } from 'fast-check';
import type {
  CallbackStep,
  Care,
  EndingStep,
  Holder,
  OperationStep,
  Program,
  SessionStep,
  Step,
} from './steps.ts';

const care: Arbitrary<Care> = constantFrom('awaited', 'awaited', 'awaited', 'caught', 'later', 'dropped');

function operation(session: Arbitrary<Holder>): Arbitrary<OperationStep> {
  return record({
    do: constantFrom(
      'insert',
      'insert',
      'insertMany',
      'update',
      'deleteOne',
      'find',
      'aggregate',
      'count',
      'bulk',
    ),
    on: constantFrom('a', 'b'),
    id: nat(3),
    session,
    care,
  });
}

function sessionStep(session: Arbitrary<Holder>): Arbitrary<SessionStep> {
  return record({
    do: constantFrom('startSession', 'startTransaction', 'startTransaction', 'startTransaction'),
    session,
  });
}

function ending(session: Arbitrary<Holder>): Arbitrary<EndingStep> {
  return record({ do: constantFrom('commit', 'commit', 'abort', 'end'), session, care });
}

const ticks = record({ do: constantFrom('ticks'), count: nat(12) });

function callback(session: Arbitrary<Holder>, steps: Arbitrary<Step[]>): Arbitrary<CallbackStep> {
  return record({
    do: constantFrom('withTransaction', 'withTransaction', 'withSession'),
    session,
    steps,
    ending: constantFrom('returns', 'returns', 'returns', 'throws'),
    care,
  });
}

/** Most steps are about the first session, so that they meet. */
const anySession: Arbitrary<Holder> = constantFrom('first', 'first', 'first', 'second', 'none');
const anyInside: Arbitrary<Holder> = constantFrom('first', 'first', 'own', 'own', 'second', 'none');

function plain(session: Arbitrary<Holder>): Arbitrary<Step> {
  return oneof(
    { weight: 6, arbitrary: operation(session) },
    { weight: 3, arbitrary: ending(session) },
    { weight: 2, arbitrary: sessionStep(session) },
    { weight: 1, arbitrary: ticks },
  );
}

const innermost = array(plain(anyInside), { maxLength: 3 });
const inside = array(
  oneof({ weight: 5, arbitrary: plain(anyInside) }, { weight: 1, arbitrary: callback(anyInside, innermost) }),
  { maxLength: 4 },
);

export const arbitraryProgram: Arbitrary<Program> = record({
  steps: array(
    oneof(
      { weight: 4, arbitrary: plain(anySession) },
      { weight: 1, arbitrary: callback(anySession, inside) },
    ),
    { minLength: 1, maxLength: 8 },
  ),
});
