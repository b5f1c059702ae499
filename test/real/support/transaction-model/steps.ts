import type { ClientSession, Collection } from 'mongodb';
import type { ConnectionManager } from '../../../../src/index.ts';
import { outcomeName, Thrown } from './outcome-name.ts';
import {
  type EndingStep,
  isEnding,
  type NestedStep,
  type OperationStep,
  type Script,
  type Step,
} from './program.ts';

export interface Row {
  readonly _id: string;
  readonly n?: number;
}

/** Ids that are there before every program: one is stored, and one is held by a transaction that never ends. */
export const stored = 'stored';
export const held = 'held';

/** What the steps of a program work with. */
export interface Props {
  readonly manager: ConnectionManager;
  readonly rows: Collection<Row>;
  /** Before the ids that a program inserts. */
  readonly prefix: string;
  /** A transaction of its own, in the place of the step. */
  readonly runOwn: (at: string, script: Script) => Promise<unknown>;
}

/** Performs steps, and writes down what each came to. */
export class Steps {
  readonly outcomes: Record<string, string> = {};
  readonly #props: Props;
  readonly #later: Promise<void>[] = [];

  constructor(props: Props) {
    this.#props = props;
  }

  /** All that was begun and not awaited. */
  async settled(): Promise<void> {
    await Promise.all(this.#later);
  }

  /** @throws what the first awaited step that fails is rejected with */
  async perform(session: ClientSession, steps: readonly Step[], at: string): Promise<void> {
    for (const [index, step] of steps.entries()) {
      const place = `${at}.${index}`;
      if (step.care === 'later') this.#later.push(this.#tell(place, this.#begin(session, step, place)));
      else await this.#performAwaited(session, step, place);
    }
  }

  /** The steps of a transaction by hand: none of their errors ends the program. */
  async performCaught(session: ClientSession, steps: readonly OperationStep[], at: string): Promise<void> {
    const caught = steps.map(
      step => ({ ...step, care: step.care === 'later' ? step.care : 'caught' }) as const,
    );
    await this.perform(session, caught, at);
  }

  async #performAwaited(session: ClientSession, step: Step, at: string): Promise<void> {
    try {
      await this.#begin(session, step, at);
      this.outcomes[at] = 'done';
    } catch (error) {
      this.outcomes[at] = outcomeName(error);
      if (step.care === 'awaited') throw error;
    }
  }

  async #tell(at: string, promise: Promise<unknown>): Promise<void> {
    try {
      await promise;
      this.outcomes[at] = 'done';
    } catch (error) {
      this.outcomes[at] = outcomeName(error);
    }
  }

  #begin(session: ClientSession, step: Step, at: string): Promise<unknown> {
    if ('steps' in step)
      return step.do === 'join'
        ? this.#join(step, at)
        : this.#props.runOwn(at, { steps: step.steps, ending: step.ending });
    if (isEnding(step)) return endByHand(session, step);
    return this.#operate(session, step, at);
  }

  #join({ steps, ending }: NestedStep, at: string): Promise<unknown> {
    return this.#props.manager.withTxn(async session => {
      await this.perform(session, steps, at);
      if (ending === 'throws') throw new Thrown('mine');
    });
  }

  #operate(session: ClientSession, step: OperationStep, at: string): Promise<unknown> {
    const { rows, prefix } = this.#props;
    if (step.do === 'insert') return rows.insertOne({ _id: `${prefix}${at}` }, { session });
    if (step.do === 'find') return rows.findOne({ _id: stored }, { session });
    if (step.do === 'duplicate') return rows.insertOne({ _id: stored }, { session });
    return rows.updateOne({ _id: held }, { $inc: { n: 1 } }, { session });
  }
}

function endByHand(session: ClientSession, step: EndingStep): Promise<unknown> {
  if (step.do === 'commit') return session.commitTransaction();
  return step.do === 'abort' ? session.abortTransaction() : session.endSession();
}
