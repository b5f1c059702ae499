import type { Writable } from 'node:stream';
import type { LineTarget } from '../../guard/trace/trace-writer.ts';
import { clock } from '../../platform/time/clock.ts';
import { traceVersion } from '../../guard/trace/trace-line.ts';

/** How much may wait in the stream, in bytes. */
const mostWaiting = 16 * 2 ** 20;

/** Writes lines into a stream that may be slow. The recorded program never waits for it: what does not fit is left out. */
export class StreamTarget implements LineTarget {
  readonly #stream: Writable;
  readonly #mostWaiting: number;
  #lost = 0;

  constructor(stream: Writable, most = mostWaiting) {
    this.#stream = stream;
    this.#mostWaiting = most;
  }

  append(line: string): void {
    if (this.#stream.writableLength + line.length > this.#mostWaiting) {
      this.#lost += 1;
      return;
    }
    const lost = this.#lost;
    this.#lost = 0;
    if (lost > 0) this.#stream.write(`${lostLine(lost)}\n`);
    this.#stream.write(`${line}\n`);
  }

  appendNow(line: string): void {
    this.append(line);
  }
}

function lostLine(lines: number): string {
  const { pid } = process;
  const base = { v: traceVersion, process: String(pid), time: clock.wall(), at: clock.now() };
  return JSON.stringify({ ...base, type: 'trace.lost', lines });
}
