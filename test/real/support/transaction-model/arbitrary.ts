import { array, constantFrom, nat, oneof, option, record, type Arbitrary } from 'fast-check';
import {
  type Care,
  type EndingStep,
  type HandTxn,
  isEnding,
  type NestedStep,
  type OperationStep,
  type Program,
  type RunnerTxn,
  type Script,
  type Step,
  type TimedTxn,
  type Txn,
} from './program.ts';

const care: Arbitrary<Care> = constantFrom('awaited', 'awaited', 'caught', 'later');
const heard: Arbitrary<Care> = constantFrom('awaited', 'caught');

const operation: Arbitrary<OperationStep> = record({
  do: constantFrom('insert', 'insert', 'insert', 'duplicate', 'conflict', 'find'),
  care,
});
const ending: Arbitrary<EndingStep> = record({ do: constantFrom('commit', 'abort', 'end'), care: heard });
const nested: Arbitrary<NestedStep> = record({
  do: constantFrom('join', 'own'),
  care: heard,
  steps: array(operation, { maxLength: 3 }),
  ending: constantFrom('returns', 'returns', 'throws'),
});
const anyStep: Arbitrary<Step> = oneof(
  { weight: 8, arbitrary: operation },
  { weight: 1, arbitrary: ending },
  { weight: 2, arbitrary: nested },
);
const script: Arbitrary<Script> = record({
  steps: array(anyStep, { maxLength: 5 }),
  ending: constantFrom('returns', 'returns', 'returns', 'throws', 'throws transient', 'stops', 'closes'),
});
const runner: Arbitrary<RunnerTxn> = record({
  as: constantFrom('withTxn', 'withTxn', 'withTransaction'),
  attempts: array(script, { minLength: 1, maxLength: 3 }),
  maxAttempts: nat(2).map(more => 1 + more),
});
const hand: Arbitrary<HandTxn> = record({
  as: constantFrom('by hand'),
  steps: array(operation, { maxLength: 4 }),
  ending: constantFrom('commit', 'commit', 'commit later', 'abort', 'end'),
});
const timed: Arbitrary<TimedTxn> = record({ as: constantFrom('timed') });
const anyTxn: Arbitrary<Txn> = oneof(
  { weight: 12, arbitrary: runner },
  { weight: 6, arbitrary: hand },
  { weight: 1, arbitrary: timed },
);

export const arbitraryProgram: Arbitrary<Program> = record({
  lanes: array(array(anyTxn, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
  commitFails: option(constantFrom('transient', 'unknown', 'fatal'), { nil: undefined, freq: 4 }),
}).map(determined);

/** The same program without what comes now to this, now to that. */
function determined({ lanes, commitFails: wanted }: Program): Program {
  // Whose commit is the first is chance where two lanes run.
  const commitFails = lanes.length === 1 ? wanted : undefined;
  const isLast = (index: number, lane: readonly Txn[]) => lanes.length === 1 && index === lane.length - 1;
  return {
    commitFails,
    lanes: lanes.map(lane =>
      lane.map((each, index) => {
        if (each.as === 'by hand')
          return determinedHand(each, nextOnSession(lane.slice(index + 1)), commitFails !== undefined);
        if (each.as === 'timed') return each;
        const as = commitFails === undefined ? each.as : 'withTxn';
        return {
          ...each,
          as,
          attempts: each.attempts.map(one => attempt(one, as, isLast(index, lane), commitFails)),
        };
      }),
    ),
  };
}

/** A `withTxn` has a session of its own, and may be over before a commit that is not awaited. */
function nextOnSession(others: readonly Txn[]): Txn | undefined {
  return others.find(({ as }) => as === 'by hand' || as === 'withTransaction');
}

function determinedHand(txn: HandTxn, next: Txn | undefined, withoutCommit: boolean): HandTxn {
  const commits = txn.ending === 'commit' || txn.ending === 'commit later';
  if (commits && withoutCommit) return { ...txn, ending: 'abort' };
  // A commit that is not sent leaves its transaction open, and the next one cannot start; nor can a loop wait for its turn.
  const fails = txn.steps.some(each => each.do === 'duplicate' || each.do === 'conflict');
  const isWaited = fails || next?.as === 'withTransaction';
  return txn.ending === 'commit later' && isWaited ? { ...txn, ending: 'commit' } : txn;
}

function attempt(
  { steps, ending: wanted }: Script,
  as: RunnerTxn['as'],
  last: boolean,
  commitFails: Program['commitFails'],
): Script {
  const unfit = (wanted === 'closes' && !last) || (wanted === 'stops' && as !== 'withTxn');
  const fit = unfit ? 'returns' : wanted;
  const kept = withOneEnding(steps, commitFails !== undefined);
  return { steps: fit === 'closes' ? kept.map(awaitedSoon) : timely(kept), ending: fit };
}

/** One commit or abort by hand, and one end of the session. */
function withOneEnding(steps: readonly Step[], withoutCommit: boolean): Step[] {
  let isOver = false;
  let isEnded = false;
  const kept: Step[] = [];
  for (const each of steps) {
    const isCommit = each.do === 'commit';
    const endsTxn = isCommit || each.do === 'abort';
    const unfit = isEnding(each) && (isEnded || (endsTxn && isOver) || (isCommit && withoutCommit));
    if (unfit) continue;
    if (each.do === 'end') isEnded = true;
    if (endsTxn) isOver = true;
    kept.push(isOver ? outside(each) : each);
  }
  return kept;
}

/** Outside of a transaction a conflict waits for the other one, and what fails there late may be seen or not. */
function outside(step: Step): Step {
  if (step.do === 'join') return { ...step, steps: step.steps.map(outsideOf) };
  return 'steps' in step || isEnding(step) ? step : outsideOf(step);
}

function outsideOf(step: OperationStep): OperationStep {
  if (step.do === 'insert' || step.do === 'find') return step;
  return { do: 'duplicate', care: step.care === 'later' ? 'caught' : step.care };
}

/** While another transaction runs, an operation may be answered or not. */
function timely(steps: readonly Step[]): Step[] {
  const lastOwn = steps.findLastIndex(each => each.do === 'own');
  return steps.map((each, index) => (index < lastOwn ? awaitedSoon(each) : each));
}

function awaitedSoon(step: Step): Step {
  if ('steps' in step) return { ...step, steps: step.steps.map(caughtNotLater) };
  return step.care === 'later' ? { ...step, care: 'caught' } : step;
}

function caughtNotLater(step: OperationStep): OperationStep {
  return step.care === 'later' ? { ...step, care: 'caught' } : step;
}
