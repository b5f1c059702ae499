/** The signals that end a program. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** How often this process looks whether its shell is still there, in milliseconds. */
const everyMS = 250;

/** @returns a function that takes the listeners off */
export function onSignals(listener: (signal: NodeJS.Signals) => void): () => void {
  const stopWatching = onEndOfShell(() => listener('SIGTERM'));
  // The shell ends by the same signal if it was sent to the whole group, as `timeout` does: the program gets it once.
  const hear = (signal: NodeJS.Signals) => {
    stopWatching();
    listener(signal);
  };
  for (const signal of signals) process.on(signal, hear);
  return () => {
    for (const signal of signals) process.off(signal, hear);
    stopWatching();
  };
}

/** A command of a script that runs on when its shell has ended: `session-guard run … &`. */
const inBackground = /(?<![&>])&(?![&>])/;

/**
 * npx and npm run a command in a shell, and hand signals to this shell alone: it ends without the command.
 * @returns a function that stops watching it
 */
function onEndOfShell(listener: () => void): () => void {
  const { npm_lifecycle_script: script } = process.env;
  if (script?.includes('session-guard') !== true || inBackground.test(script)) return () => undefined;
  const shell = process.ppid;
  let heard: NodeJS.Immediate | undefined;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    // Later: the same signal may have reached this process, too, and its listener runs first.
    heard = setImmediate(listener);
  }, everyMS).unref();
  return () => {
    clearInterval(timer);
    clearImmediate(heard);
  };
}
