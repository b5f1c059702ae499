import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { preload, withoutRunner } from '../../../register/support/run-preloaded.ts';
import { replicaSetUri } from '../../../setup/servers.ts';
import type { Driver } from '../drivers.ts';
import { packageOf, programFile } from '../run-program.ts';
import type { Performance, Played } from './steps.ts';

/** Longer than a program may take. */
const limitMS = 60_000;

const typescript = new URL('../typescript.mjs', import.meta.url).href;

/** A process that performs programs, kept for many of them: its connections are warm, and what it runs is compiled. */
export class Player {
  readonly #child: ChildProcess;
  #stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    // What is found is printed there, and nobody reads it, unless the process fails.
    child.stderr?.on('data', (text: Buffer) => {
      this.#stderr = `${this.#stderr}${String(text)}`.slice(-2000);
    });
  }

  /** `observed` loads the preload. `plain` loads nothing of this package. */
  static async start(driver: Driver, mode: 'plain' | 'observed'): Promise<Player> {
    const loads = ['--import', typescript];
    const child = fork(
      programFile('play-programs.mjs'),
      [packageOf(driver), replicaSetUri(), `real_${randomBytes(6).toString('hex')}`],
      {
        execArgv: mode === 'observed' ? ['--import', preload.esm, ...loads] : loads,
        env: withoutRunner(),
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    const player = new Player(child);
    await player.#answer();
    return player;
  }

  async play(asked: Performance): Promise<Played> {
    this.#child.send(asked);
    return (await this.#answer()) as Played;
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    await exit;
  }

  async #answer(): Promise<unknown> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(limitMS)]);
    try {
      const exit = once(this.#child, 'exit', { signal }).then(() =>
        Promise.reject(new Error('It has ended.')),
      );
      const [answer] = await Promise.race([once(this.#child, 'message', { signal }), exit]);
      return answer;
    } catch (cause) {
      throw new Error(`The process that performs programs does not answer. ${this.#stderr}`, { cause });
    } finally {
      over.abort();
    }
  }
}
