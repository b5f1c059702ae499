import { setTimeout } from 'node:timers/promises';

/**
 * Waits before the next try: between half and the whole of a time that doubles with each one, so that those who meet do not
 * meet again.
 * @param attempt from 0
 * @param firstMS the most before the second try
 */
export async function backOff(attempt: number, firstMS: number, signal: AbortSignal): Promise<void> {
  const most = firstMS * 2 ** attempt;
  await setTimeout(most * (0.5 + Math.random() / 2), undefined, { signal });
}
