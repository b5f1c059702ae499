#!/usr/bin/env node
import { runCommandLine } from './command-line.ts';

/** A reader of the output, such as `head`, may close the pipe before the end. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

/** An error that nobody expects is printed by Node, with its stack. CommonJS has no `await` outside functions. */
async function main(): Promise<void> {
  process.exitCode = await runCommandLine(process.argv.slice(2));
}

void main();
