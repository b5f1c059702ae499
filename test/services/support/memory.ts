import { Writable } from 'node:stream';

/** Keeps what is written to it. */
export class Memory extends Writable {
  text = '';

  /** What was written, as lines of JSON. */
  get entries(): readonly Readonly<Record<string, unknown>>[] {
    const lines = this.text.split('\n').filter(line => line !== '');
    return lines.map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}
