import { shared } from '../../../src/guard/shared-state.ts';
import { clock } from '../../../src/session/clock.ts';

/**
 * Moves the clock by a minute, and waits until the rules that watch the time have been asked, or no session is left to watch.
 * @returns what sets the clock back
 */
export async function aMinutePasses(): Promise<() => void> {
  const { spine } = shared;
  if (spine.world.sessions.size === 0) return () => {};
  const before = { ...clock };
  clock.now = () => before.now() + 61_000;
  await new Promise<void>(resolve => {
    const off = spine.addSink(event => {
      if (event.type !== 'clock.ticked' && spine.world.sessions.size > 0) return;
      off();
      resolve();
    });
  });
  return () => {
    Object.assign(clock, before);
  };
}
