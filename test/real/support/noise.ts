import { setImmediate as turn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { onFinding } from '../../../src/index.ts';

/** All that can be heard of a program that runs: findings of the process, its warnings, and rejections that nobody handles. */
export function listenForNoise(): { readonly heard: () => Promise<readonly string[]> } {
  const noises: string[] = [];
  const onWarning = (warning: Error) => noises.push(`warning: ${warning.name}: ${warning.message}`);
  const onRejection = (reason: unknown) => noises.push(`unhandled: ${String(reason)}`);
  const off = onFinding(({ rule, message, place }) => {
    noises.push(`${rule}: ${message} (${place?.file.split('/').at(-1)}:${place?.line})`);
  });
  process.on('warning', onWarning);
  process.on('unhandledRejection', onRejection);
  onTestFinished(() => {
    off();
    process.off('warning', onWarning);
    process.off('unhandledRejection', onRejection);
  });
  const heard = async () => {
    // Warnings and rejections are reported after the microtasks of the turn that made them.
    await turn();
    await turn();
    return noises;
  };
  return { heard };
}
