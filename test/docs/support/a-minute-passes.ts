import { shared } from '../../../src/guard/runtime/process/shared-state.ts';
import { clock } from '../../../src/platform/time/clock.ts';

/**
 * Moves the clock by a minute, and waits until the rules that watch the time have been asked, or no session is left to watch.
 * @returns what sets the clock back
 */
export async function aMinutePasses(): Promise<() => void> {
  const { pipeline } = shared;
  if (pipeline.world.sessions.size === 0) return () => {};
  const before = { ...clock };
  clock.now = () => before.now() + 61_000;
  await new Promise<void>(resolve => {
    const off = pipeline.addSink(event => {
      if (event.type !== 'clock.ticked' && pipeline.world.sessions.size > 0) return;
      off();
      resolve();
    });
  });
  return () => {
    Object.assign(clock, before);
  };
}
