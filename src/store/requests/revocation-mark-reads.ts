import type { Call } from '../backend/backend.ts';
import type { RevocationMarkReading } from '../backend/revocation-mark.ts';
import { Batcher } from './batcher.ts';

/** By user key; if one mark cannot be read, only its own user key gets the error. */
export type RevocationMarkReadings = ReadonlyMap<string, RevocationMarkReading | Error>;

interface Caller {
  readonly userKey: string;
  readonly call: Call;
  readonly resolve: (reading: RevocationMarkReading) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads all revocation marks that are needed in one turn of the event loop with one request: for a back end whose `insert`
 * reads them.
 */
export class RevocationMarkReads {
  readonly #ask: (userKeys: readonly string[], call: Call) => Promise<RevocationMarkReadings>;
  readonly #batcher = new Batcher<Caller>(callers => this.#send(callers));

  /** @param ask reads the revocation marks of user keys, each given once */
  constructor(ask: (userKeys: readonly string[], call: Call) => Promise<RevocationMarkReadings>) {
    this.#ask = ask;
  }

  one(userKey: string, call: Call): Promise<RevocationMarkReading> {
    return new Promise((resolve, reject) => this.#batcher.join({ userKey, call, resolve, reject }));
  }

  /** Only callers with the same signal share a request: no call has another call's deadline. */
  async #send(callers: readonly Caller[]): Promise<void> {
    const bySignal = new Map<AbortSignal, Caller[]>();
    for (const caller of callers) {
      const same = bySignal.get(caller.call.signal);
      if (same === undefined) bySignal.set(caller.call.signal, [caller]);
      else same.push(caller);
    }
    await Promise.all(Array.from(bySignal, ([signal, same]) => this.#sendFor(same, { signal })));
  }

  async #sendFor(callers: readonly Caller[], call: Call): Promise<void> {
    try {
      const readings = await this.#ask([...new Set(callers.map(({ userKey }) => userKey))], call);
      for (const caller of callers) answerCaller(caller, readings.get(caller.userKey));
    } catch (error) {
      for (const { reject } of callers) reject(error);
    }
  }
}

function answerCaller({ resolve, reject }: Caller, reading: RevocationMarkReading | Error | undefined): void {
  if (reading === undefined) reject(new TypeError('A revocation mark was asked for, and not answered.'));
  else if (reading instanceof Error) reject(reading);
  else resolve(reading);
}
