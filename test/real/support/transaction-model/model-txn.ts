import type { OperationStep, Outcome } from './program.ts';

/** One attempt of a transaction, as the server and the driver have it. */
export class ModelTxn {
  /** `over`: there is none any more, and what follows is written at once. `ended`: neither is there a session. */
  state: 'open' | 'over' | 'ended' = 'open';
  phase: 'active' | 'committed' | 'aborted' | 'failed' = 'active';
  /** The error that the server has given it up for. */
  first: 'duplicate' | 'conflict' | undefined;
  /** The server knows of it. */
  isSent = false;
  /** Something fails that is not awaited, and that nobody knows to be answered. */
  straggles = false;
  /** What has joined it has failed with this. */
  rollbackOnly: Outcome | undefined;
  readonly #stored: string[];
  readonly #by: 'runner' | 'hand';
  #writes: string[] = [];

  /** @param stored what the server has */
  constructor(stored: string[], by: 'runner' | 'hand') {
    this.#stored = stored;
    this.#by = by;
  }

  operate(step: OperationStep, id: string): Outcome {
    const outcome = this.#answer(step, id);
    // The operations of a session come one after the other.
    if (step.care !== 'later') this.straggles = false;
    else if (outcome !== 'done' && this.state === 'open') this.straggles = true;
    return outcome;
  }

  #answer(step: OperationStep, id: string): Outcome {
    if (this.state === 'ended') return 'expired';
    if (this.state === 'over') return this.#answerOutside(step, id);
    this.isSent = true;
    if (this.first !== undefined)
      return this.#by === 'hand' && this.first === 'duplicate' ? 'duplicate' : 'no transaction';
    if (step.do === 'duplicate' || step.do === 'conflict') this.first = step.do;
    if (step.do === 'insert') this.#writes.push(id);
    return this.first ?? 'done';
  }

  #answerOutside(step: OperationStep, id: string): Outcome {
    if (step.do === 'insert') this.#stored.push(id);
    return step.do === 'duplicate' ? 'duplicate' : 'done';
  }

  /** Nothing is sent after something that was not awaited and has failed. */
  commitByHand(): Outcome {
    const { straggles } = this;
    this.straggles = false;
    if (this.rollbackOnly !== undefined) return this.rollbackOnly;
    if (straggles && this.first !== undefined) return this.first;
    this.state = 'over';
    if (this.first === undefined) return this.#committed();
    this.phase = 'failed';
    return this.first === 'duplicate' ? 'duplicate' : 'no transaction';
  }

  /** What the server answers to the commit of a transaction runner. */
  commitByRunner(): Outcome {
    if (this.first === undefined) return this.#committed();
    this.phase = 'failed';
    return this.first;
  }

  abort(): void {
    this.straggles = false;
    this.state = 'over';
    this.phase = 'aborted';
  }

  /** The session is ended, and aborts what runs on it. */
  end(): void {
    this.straggles = false;
    this.state = 'ended';
  }

  #committed(): Outcome {
    this.phase = 'committed';
    this.#stored.push(...this.#writes);
    return 'done';
  }
}
