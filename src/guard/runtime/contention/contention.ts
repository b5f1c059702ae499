import { BoundedMap } from '../../../platform/bounded.ts';
import { clock } from '../../../platform/time/clock.ts';
import { surroundingTransaction } from '../../scope/lookup.ts';
import type { TransactionRun } from '../transaction/transaction-run.ts';
import { type DocumentTurns, ContendedNamespace } from './contended-namespace.ts';
import type { Turns } from './turns.ts';

/** A namespace is forgotten after this time without a conflict and without a wait, in milliseconds. */
const forgottenAfterMS = 2000;

/** The longest wait of an attempt for other transactions, in milliseconds. After it the attempt begins anyway. */
const longestWaitMS = 5000;

/** How many names are remembered: a program may give each call a new name. */
const mostNames = 1000;

/** A call whose transactions are counted at a namespace. */
interface Counted {
  readonly contended: ContendedNamespace;
  /** In its current attempt. */
  hasConflicted: boolean;
  /** The documents of its conflicts: their turns are taken before the next attempt. */
  readonly documents: Map<string, DocumentTurns>;
  /** The turn of a document that its current attempt has taken at its first operation. */
  first: DocumentTurns | undefined;
  /** How long its current attempt may still wait, all its waits together, in milliseconds. */
  patienceMS: number;
}

/**
 * Lets transactions that conflict run one after another, for one client.
 *
 * After the first conflict of a name, the transactions of this name are counted at the namespace of the conflict. There they
 * wait for each other: one at a time at a document that had a conflict before; and in all only as many at once as run with few
 * conflicts. Transactions of other names never wait; without conflicts no transaction waits.
 *
 * An attempt waits before it has sent anything: it holds no connection, no lock and no snapshot. All its waits together take
 * 5 s at most.
 */
export class Contention {
  readonly #contended = new Map<string, ContendedNamespace>();
  readonly #byName = new BoundedMap<string, ContendedNamespace>(mostNames);
  readonly #counted = new Map<TransactionRun, Counted>();
  /** How often an attempt has waited. */
  waits = 0;

  /** How many transactions wait now. */
  get waiting(): number {
    let waiting = 0;
    for (const contended of this.#contended.values()) waiting += contended.waiting;
    return waiting;
  }

  /** True if there was no conflict for a while. */
  get isQuiet(): boolean {
    return this.#byName.size === 0;
  }

  /**
   * An operation of a transaction conflicts with another transaction.
   * @param documents the keys of the documents of the operation
   */
  conflicted(run: TransactionRun, namespace: string, documents: Iterable<string>): void {
    const contended = this.#contendedOf(nameOf(run), namespace);
    const counted = this.#count(run, contended);
    counted.hasConflicted = true;
    contended.busyAt = clock.now();
    for (const key of documents) {
      contended.met(key);
      const turns = contended.at(key);
      if (turns !== undefined) counted.documents.set(key, turns);
    }
  }

  /** @returns undefined if the attempt may begin at once, else a promise of its turn, which a stop ends */
  enter(run: TransactionRun): Promise<unknown> | undefined {
    for (const contended of this.#contended.values()) this.#forget(contended);
    const contended = this.#byName.get(nameOf(run));
    // Inside the callback of another transaction, which may be the one that it would wait for.
    if (contended === undefined || surroundingTransaction() !== undefined) return undefined;
    const counted = this.#count(run, contended);
    counted.patienceMS = longestWaitMS;
    if (counted.documents.size > 0) return this.#enterAll(run, counted);
    return this.#take(run, counted, contended.turns);
  }

  /**
   * Like `enter`, for the first operation of an attempt, which is about these documents.
   * @param signal of the operation; ends the wait, and the driver then refuses the operation
   */
  enterFirst(
    run: TransactionRun,
    keys: Iterable<string>,
    signal?: AbortSignal,
  ): Promise<unknown> | undefined {
    const counted = this.#counted.get(run);
    // A call that had a conflict before has taken all its turns already.
    if (counted === undefined || counted.documents.size > 0 || counted.first !== undefined) return undefined;
    for (const key of keys) {
      counted.first = counted.contended.at(key);
      if (counted.first !== undefined) return this.#take(run, counted, counted.first, signal);
    }
    return undefined;
  }

  /** An attempt was rolled back: its call tries again, or `leave` follows. */
  attemptOver(run: TransactionRun): void {
    const counted = this.#counted.get(run);
    if (counted === undefined) return;
    addTo(counted);
    counted.hasConflicted = false;
    leaveDocuments(run, counted);
    const { conflicts, turns } = counted.contended;
    // The run keeps its turn at the namespace, so that no other transaction does the same work while this one backs off.
    if (turns.size > conflicts.limit) turns.leave(run);
  }

  /** The call is over: committed, or given up. */
  leave(run: TransactionRun): void {
    const counted = this.#counted.get(run);
    if (counted === undefined) return;
    this.#counted.delete(run);
    addTo(counted);
    leaveAll(run, counted);
  }

  #count(run: TransactionRun, contended: ContendedNamespace): Counted {
    const known = this.#counted.get(run);
    if (known?.contended === contended) return known;
    // Its namespace was forgotten between two of its attempts.
    if (known !== undefined) leaveAll(run, known);
    const patienceMS = longestWaitMS;
    const counted = { contended, hasConflicted: false, documents: new Map(), first: undefined, patienceMS };
    this.#counted.set(run, counted);
    return counted;
  }

  /** In one order for all, so that no two wait for each other. */
  async #enterAll(run: TransactionRun, counted: Counted): Promise<void> {
    const sorted = [...counted.documents].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const turns of [counted.contended.turns, ...sorted.map(([, ofDocument]) => ofDocument)]) {
      const turn = this.#take(run, counted, turns);
      // The time for waits is over, or the call was stopped: a stopped call would never give back the turns that it takes now.
      if (turn !== undefined && !(await turn)) return;
    }
  }

  #take(
    run: TransactionRun,
    counted: Counted,
    turns: Turns<TransactionRun>,
    ofOperation?: AbortSignal,
  ): Promise<boolean> | undefined {
    if (turns.enter(run)) return undefined;
    const from = clock.now();
    counted.contended.busyAt = from;
    this.waits += 1;
    const signal = eitherOf(run.wanted.control?.signal, ofOperation);
    return turns.wait(run, run.operation?.id ?? 0, signal, counted.patienceMS).then(hasCome => {
      counted.patienceMS = Math.max(0, counted.patienceMS - (clock.now() - from));
      return hasCome;
    });
  }

  #contendedOf(name: string, namespace: string): ContendedNamespace {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const contended = this.#contended.get(namespace) ?? new ContendedNamespace();
    this.#contended.set(namespace, contended);
    this.#byName.set(name, contended);
    return contended;
  }

  /** Forgets a namespace that had no conflict and no wait for a while. */
  #forget(contended: ContendedNamespace): void {
    if (contended.turns.isUsed || clock.now() - contended.busyAt < forgottenAfterMS) return;
    for (const [name, one] of this.#byName) if (one === contended) this.#byName.delete(name);
    for (const [namespace, one] of this.#contended) if (one === contended) this.#contended.delete(namespace);
  }
}

function eitherOf(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other]);
}

/** An attempt is over: it counts among those of its namespace. */
function addTo({ contended: { conflicts, turns }, hasConflicted }: Counted): void {
  conflicts.add(hasConflicted, turns.size, turns.areWaiting);
}

function leaveAll(run: TransactionRun, counted: Counted): void {
  leaveDocuments(run, counted);
  counted.contended.turns.leave(run);
}

function leaveDocuments(run: TransactionRun, counted: Counted): void {
  counted.first?.leave(run);
  counted.first = undefined;
  for (const turns of counted.documents.values()) turns.leave(run);
}

/** Transactions with the same name do the same work: the name of the call, or else the code of its callback. */
function nameOf({ wanted: { name, callback } }: TransactionRun): string {
  return name ?? String(callback);
}
