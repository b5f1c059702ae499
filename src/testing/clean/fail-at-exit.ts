import type { CleanWatch } from './clean-watch.ts';

/** For what comes when there is no hook left to fail. Only where the process is the test file's own does its exit code count. */
export function failAtExit(watch: CleanWatch): void {
  process.on('exit', () => {
    try {
      watch.checkLate();
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  });
}
