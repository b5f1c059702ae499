import { ModelTxn } from './model-txn.ts';
import {
  type CommitFailure,
  type EndingStep,
  type HandTxn,
  isEnding,
  type NestedStep,
  type Outcome,
  type Program,
  type Result,
  type RunnerTxn,
  type Script,
  type Step,
  type TxnResult,
} from './program.ts';

/** A transaction that fails with one of these is run again. */
const transient: ReadonlySet<Outcome> = new Set([
  'conflict',
  'no transaction',
  'thrown transient',
  'commit transient',
]);

/** What a step throws. `own`: the error of an operation of the transaction. */
interface Thrown {
  readonly outcome: Outcome;
  readonly own: boolean;
}

/** Says what a program comes to under protection. */
export function expected(program: Program): Result {
  const model = new Model(program.commitFails);
  for (const [index, lane] of program.lanes.entries()) {
    for (const [number, txn] of lane.entries()) {
      const at = `${index}.${number}`;
      if (txn.as === 'by hand') model.byHand(at, txn);
      else if (txn.as === 'timed') model.transactions[at] = { outcome: 'timed out' };
      else model.run(at, txn);
    }
  }
  const { stored, steps, transactions } = model;
  return { stored: stored.toSorted(), steps, transactions };
}

class Model {
  readonly stored: string[] = [];
  readonly steps: Record<string, string> = {};
  readonly transactions: Record<string, TxnResult> = {};
  #commitFails: CommitFailure | undefined;

  constructor(commitFails: CommitFailure | undefined) {
    this.#commitFails = commitFails;
  }

  byHand(at: string, { steps, ending }: HandTxn): void {
    const txn = new ModelTxn(this.stored, 'hand');
    for (const [index, step] of steps.entries())
      this.steps[`${at}.${index}`] = txn.operate(step, `${at}.${index}`);
    const outcome = ending === 'abort' || ending === 'end' ? 'done' : txn.commitByHand();
    const phase = txn.phase === 'active' ? 'aborted' : txn.phase;
    this.transactions[at] = { outcome, phase, runPhase: runPhase(phase === 'committed') };
  }

  run(at: string, { as, attempts, maxAttempts }: RunnerTxn): Outcome {
    let txn = new ModelTxn(this.stored, 'runner');
    let hasCommitted = false;
    let outcome: Outcome = 'expired';
    let ran = 0;
    // A session that has ended starts no other attempt.
    while (txn.state !== 'ended') {
      txn = new ModelTxn(this.stored, 'runner');
      ran += 1;
      outcome = this.#attempt(txn, attempts[ran - 1] ?? { steps: [], ending: 'returns' }, `${at}.${ran}`);
      hasCommitted ||= txn.phase === 'committed';
      if (!transient.has(outcome) || (as === 'withTxn' && ran === maxAttempts)) break;
      if (txn.state === 'ended') outcome = 'expired';
    }
    const phase = txn.phase === 'active' ? 'aborted' : txn.phase;
    const after = as === 'withTxn' ? { after: [hasCommitted ? 'commit' : 'abort'] } : {};
    this.transactions[at] = { outcome, ran, phase, runPhase: runPhase(hasCommitted), ...after };
    return outcome;
  }

  #attempt(txn: ModelTxn, { steps, ending }: Script, at: string): Outcome {
    const thrown = this.#perform(txn, steps, at);
    if (thrown !== undefined)
      return thrown.own && thrown.outcome === 'no transaction'
        ? (txn.first ?? thrown.outcome)
        : thrown.outcome;
    if (ending === 'throws') return 'mine';
    if (ending === 'throws transient') return 'thrown transient';
    if (ending === 'stops') return 'stopped';
    return this.#returned(txn, ending === 'closes');
  }

  /** The callback has returned. */
  #returned(txn: ModelTxn, isClosed: boolean): Outcome {
    const wasEnded = txn.state === 'ended';
    if (isClosed) txn.end();
    if (txn.rollbackOnly === 'no transaction') return txn.first ?? txn.rollbackOnly;
    if (txn.rollbackOnly !== undefined) return txn.rollbackOnly;
    if (txn.phase === 'active' && txn.state === 'ended') return wasEnded ? 'ended in runner' : 'closed';
    if (txn.straggles && txn.first !== undefined) return txn.first;
    return txn.state === 'open' ? this.#commit(txn) : 'done';
  }

  #commit(txn: ModelTxn): Outcome {
    if (!txn.isSent) return txn.commitByRunner();
    const fails = this.#commitFails;
    this.#commitFails = undefined;
    // A commit of unknown outcome is sent again.
    if (fails === undefined || fails === 'unknown') return txn.commitByRunner();
    txn.phase = 'failed';
    return fails === 'fatal' ? 'commit fatal' : (txn.first ?? 'commit transient');
  }

  /** @returns what the first of the steps throws that does */
  #perform(txn: ModelTxn, steps: readonly Step[], at: string): Thrown | undefined {
    for (const [index, step] of steps.entries()) {
      const place = `${at}.${index}`;
      const outcome = this.#step(txn, step, place);
      this.steps[place] = outcome;
      if (outcome !== 'done' && step.care === 'awaited') return { outcome, own: isOwn(step, txn) };
    }
    return undefined;
  }

  #step(txn: ModelTxn, step: Step, at: string): Outcome {
    switch (step.do) {
      case 'commit':
      case 'abort':
      case 'end':
        return endByHand(txn, step);
      case 'join':
        return this.#join(txn, step, at);
      case 'own': {
        const { steps, ending } = step;
        return this.run(at, { as: 'withTxn', attempts: [{ steps, ending }], maxAttempts: 1 });
      }
      default:
        return txn.operate(step, at);
    }
  }

  #join(txn: ModelTxn, { steps, ending }: NestedStep, at: string): Outcome {
    const thrown = this.#perform(txn, steps, at)?.outcome ?? (ending === 'throws' ? 'mine' : undefined);
    if (thrown !== undefined) txn.rollbackOnly ??= thrown;
    return thrown ?? 'done';
  }
}

/** A commit by hand is refused with the error of the joined call that has failed: it may be that of an operation. */
function isOwn(step: Step, { rollbackOnly }: ModelTxn): boolean {
  return isEnding(step) ? step.do === 'commit' && rollbackOnly !== undefined : step.do !== 'own';
}

function runPhase(hasCommitted: boolean): string {
  return hasCommitted ? 'committed' : 'aborted';
}

function endByHand(txn: ModelTxn, step: EndingStep): Outcome {
  if (step.do === 'commit') return txn.commitByHand();
  if (step.do === 'abort') txn.abort();
  else txn.end();
  return 'done';
}
