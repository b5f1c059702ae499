import { type Finding, formatFinding, onFinding } from '../../../src/index.ts';

type Listener = (...args: unknown[]) => void;

interface NodeWarning extends Error {
  readonly code?: string;
  readonly detail?: string;
}

/** What happens around a program beside its own result. */
export class Heard {
  readonly findings: Finding[] = [];
  readonly unhandled: unknown[] = [];
  readonly warnings: Error[] = [];
  /** Everything that the program and its warnings have printed, in its order. */
  printed = '';
  readonly #undo: (() => void)[] = [];

  start(): void {
    this.#undo.push(onFinding(finding => this.findings.push(finding)));
    this.#listenAlone('unhandledRejection', reason => this.unhandled.push(reason));
    this.#listenAlone('warning', warning => {
      if (!(warning instanceof Error)) return;
      this.warnings.push(warning);
      this.printed += asNodePrints(warning);
    });
  }

  stop(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** In the place of the test runner, which would fail, and of Node, which would print. */
  #listenAlone(event: 'unhandledRejection' | 'warning', listener: Listener): void {
    const before = process.listeners(event as 'warning') as Listener[];
    process.removeAllListeners(event);
    process.on(event, listener);
    this.#undo.push(() => {
      process.off(event, listener);
      for (const other of before) process.on(event, other);
    });
  }
}

function asNodePrints({ name, message, code, detail }: NodeWarning): string {
  const label = code === undefined ? '' : `[${code}] `;
  return `(node:4711) ${label}${name}: ${message}\n${detail === undefined ? '' : `${detail}\n`}`;
}

/** The findings as a person reads them, for a failing test. */
export function listed(findings: readonly Finding[]): string {
  return findings.map(finding => formatFinding(finding)).join('\n');
}
