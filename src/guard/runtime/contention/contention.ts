import { BoundedMap } from '../../../platform/bounded.ts';
import { clock } from '../../../platform/clock.ts';
import { surroundingTransaction } from '../../scope/lookup.ts';
import type { TransactionRun } from '../transaction/transaction-run.ts';
import { type DocumentTurns, ContendedNamespace } from './contended-namespace.ts';
import type { Turns } from './turns.ts';

/** What nobody has conflicted at, or waited for, for so long is forgotten, in milliseconds. */
const forgottenAfterMS = 2000;

/** Nobody waits longer than this for others, in milliseconds: then it begins all the same. */
const longestWaitMS = 5000;

/** How many names are kept in mind. A program that gives each call a name of its own would have no end of them. */
const mostNames = 1000;

/** A call whose transactions are counted at a place. */
interface Counted {
  readonly place: ContendedNamespace;
  /** In its current attempt. */
  hasConflicted: boolean;
  /** The documents at which its attempts have met others: their turns are taken before the next attempt. */
  readonly documents: Map<string, DocumentTurns>;
  /** The turn of a document that its current attempt has taken at its first operation. */
  first: DocumentTurns | undefined;
  /** How long its current attempt may still wait, all its waits together, in milliseconds. */
  patienceMS: number;
}

/**
 * Keeps transactions that conflict out of each other's way, for one client.
 *
 * Transactions of a name that has met a conflict are counted from then on, at the place of that conflict, its namespace. There
 * they wait for each other: at a document that was fought for before, one at a time; and of all of them only so many run at
 * once that few conflict. Transactions of other names, and all of them while nothing conflicts, are not touched.
 *
 * An attempt waits before it has sent anything: it holds no connection, no lock and no snapshot. All its waits together take
 * 5 s at most.
 */
export class Contention {
  readonly #places = new Map<string, ContendedNamespace>();
  readonly #byName = new BoundedMap<string, ContendedNamespace>(mostNames);
  readonly #counted = new Map<TransactionRun, Counted>();
  /** How often an attempt has waited. */
  waits = 0;

  /** How many transactions wait now. */
  get waiting(): number {
    let waiting = 0;
    for (const place of this.#places.values()) waiting += place.waiting;
    return waiting;
  }

  /** There was no conflict for a while. */
  get isQuiet(): boolean {
    return this.#byName.size === 0;
  }

  /**
   * An operation of a transaction has met another transaction.
   * @param documents what tells the documents apart that it was about
   */
  conflicted(run: TransactionRun, namespace: string, documents: Iterable<string>): void {
    const place = this.#placeOf(nameOf(run), namespace);
    const counted = this.#count(run, place);
    counted.hasConflicted = true;
    place.busyAt = clock.now();
    for (const key of documents) {
      place.met(key);
      const turns = place.at(key);
      if (turns !== undefined) counted.documents.set(key, turns);
    }
  }

  /** @returns undefined if the attempt may begin at once, else a promise of its turn, which a stop ends */
  enter(run: TransactionRun): Promise<unknown> | undefined {
    for (const place of this.#places.values()) this.#forget(place);
    const place = this.#byName.get(nameOf(run));
    // Inside the callback of another transaction: that one may be what it would wait for.
    if (place === undefined || surroundingTransaction() !== undefined) return undefined;
    const counted = this.#count(run, place);
    counted.patienceMS = longestWaitMS;
    if (counted.documents.size > 0) return this.#enterAll(run, counted);
    return this.#take(run, counted, place.turns);
  }

  /**
   * The first operation of an attempt is about these documents: what `enter` is for an attempt.
   * @param signal of the operation; ends the wait, and the driver then refuses the operation
   */
  enterFirst(
    run: TransactionRun,
    keys: Iterable<string>,
    signal?: AbortSignal,
  ): Promise<unknown> | undefined {
    const counted = this.#counted.get(run);
    // One that has met others before has all its turns.
    if (counted === undefined || counted.documents.size > 0 || counted.first !== undefined) return undefined;
    for (const key of keys) {
      counted.first = counted.place.at(key);
      if (counted.first !== undefined) return this.#take(run, counted, counted.first, signal);
    }
    return undefined;
  }

  /** An attempt was rolled back: its call tries again, or `leave` follows. */
  again(run: TransactionRun): void {
    const counted = this.#counted.get(run);
    if (counted === undefined) return;
    addTo(counted);
    counted.hasConflicted = false;
    leaveDocuments(run, counted);
    const { conflicts, turns } = counted.place;
    // It keeps its turn of the place: while it waits before it tries again, nobody else does the same.
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

  #count(run: TransactionRun, place: ContendedNamespace): Counted {
    const known = this.#counted.get(run);
    if (known?.place === place) return known;
    // Its place was forgotten between two of its attempts.
    if (known !== undefined) leaveAll(run, known);
    const patienceMS = longestWaitMS;
    const counted = { place, hasConflicted: false, documents: new Map(), first: undefined, patienceMS };
    this.#counted.set(run, counted);
    return counted;
  }

  /** In one order for all, so that no two wait for each other. */
  async #enterAll(run: TransactionRun, counted: Counted): Promise<void> {
    const sorted = [...counted.documents].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const turns of [counted.place.turns, ...sorted.map(([, ofDocument]) => ofDocument)]) {
      const turn = this.#take(run, counted, turns);
      // It has waited for long enough, or its call was stopped: what a stopped call takes now, nobody would give back.
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
    counted.place.busyAt = from;
    this.waits += 1;
    const signal = eitherOf(run.wanted.control?.signal, ofOperation);
    return turns.wait(run, run.operation?.id ?? 0, signal, counted.patienceMS).then(hasCome => {
      counted.patienceMS = Math.max(0, counted.patienceMS - (clock.now() - from));
      return hasCome;
    });
  }

  #placeOf(name: string, namespace: string): ContendedNamespace {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const place = this.#places.get(namespace) ?? new ContendedNamespace();
    this.#places.set(namespace, place);
    this.#byName.set(name, place);
    return place;
  }

  /** Nothing of a place is kept that nobody has conflicted at, or waited for, for a while. */
  #forget(place: ContendedNamespace): void {
    if (place.turns.isUsed || clock.now() - place.busyAt < forgottenAfterMS) return;
    for (const [name, one] of this.#byName) if (one === place) this.#byName.delete(name);
    for (const [namespace, one] of this.#places) if (one === place) this.#places.delete(namespace);
  }
}

function eitherOf(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one === undefined || other === undefined ? (one ?? other) : AbortSignal.any([one, other]);
}

/** An attempt is over: it counts among those of its place. */
function addTo({ place: { conflicts, turns }, hasConflicted }: Counted): void {
  conflicts.add(hasConflicted, turns.size, turns.areWaiting);
}

function leaveAll(run: TransactionRun, counted: Counted): void {
  leaveDocuments(run, counted);
  counted.place.turns.leave(run);
}

function leaveDocuments(run: TransactionRun, counted: Counted): void {
  counted.first?.leave(run);
  counted.first = undefined;
  for (const turns of counted.documents.values()) turns.leave(run);
}

/** What tells transactions apart that do different things: the name that they were given, else the code of their callback. */
function nameOf({ wanted: { name, callback } }: TransactionRun): string {
  return name ?? String(callback);
}
