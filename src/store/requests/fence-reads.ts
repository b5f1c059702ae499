import type { Call } from '../backend/backend.ts';
import type { FenceReading } from '../backend/fence.ts';
import { Batcher } from './batcher.ts';

/** By tag; if one fence cannot be read, only its own tag gets the error. */
export type FenceReadings = ReadonlyMap<string, FenceReading | Error>;

interface Caller {
  readonly tag: string;
  readonly call: Call;
  readonly resolve: (reading: FenceReading) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads all fences that are needed in one turn of the event loop with one request: for a back end whose `insert` reads them.
 */
export class FenceReads {
  readonly #ask: (tags: readonly string[], call: Call) => Promise<FenceReadings>;
  readonly #batcher = new Batcher<Caller>(callers => this.#send(callers));

  /** @param ask reads the fences of tags, each given once */
  constructor(ask: (tags: readonly string[], call: Call) => Promise<FenceReadings>) {
    this.#ask = ask;
  }

  one(tag: string, call: Call): Promise<FenceReading> {
    return new Promise((resolve, reject) => this.#batcher.join({ tag, call, resolve, reject }));
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
      const readings = await this.#ask([...new Set(callers.map(({ tag }) => tag))], call);
      for (const caller of callers) answerCaller(caller, readings.get(caller.tag));
    } catch (error) {
      for (const { reject } of callers) reject(error);
    }
  }
}

function answerCaller({ resolve, reject }: Caller, reading: FenceReading | Error | undefined): void {
  if (reading === undefined) reject(new TypeError('A fence was asked for, and not answered.'));
  else if (reading instanceof Error) reject(reading);
  else resolve(reading);
}
