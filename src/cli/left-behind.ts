import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isFromTerminal, type RunningProgram } from './run-program.ts';

/** How often this process looks whether they have ended, in milliseconds. */
const everyMS = 50;

/**
 * The processes of a run that are still there when its program has ended after a signal. `npm start` hands a signal to its shell
 * alone, and that ends without its command. Those that have left the group of processes, as daemons do, stay as they are.
 * @param folder of the traces: each file is named after its process. Only Linux has such shells, and lists processes in files.
 */
export function leftBehind(folder: string): RunningProgram {
  const group = stateOf(process.pid)?.group;
  const pids = readdirSync(folder).flatMap(name => /^(\d+)\.ndjson$/.exec(name)?.[1] ?? []);
  const running = () =>
    pids.map(Number).filter(pid => {
      const state = stateOf(pid);
      return state !== undefined && !state.isOver && state.group === group;
    });
  return {
    ended: untilEmpty(running).then(() => 0),
    passOn(signal) {
      if (!isFromTerminal(signal)) for (const pid of running()) send(pid, signal);
    },
  };
}

async function untilEmpty(running: () => readonly number[]): Promise<void> {
  while (running().length > 0) await setTimeout(everyMS);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Undefined if there is no such process, or the system does not tell. */
function stateOf(pid: number): { readonly group: number; readonly isOver: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program may have blanks and parentheses.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { group: Number(group), isOver: state === 'Z' || state === 'X' };
  } catch {
    return undefined;
  }
}
