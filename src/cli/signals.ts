/** The signals that end a program. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** How often this process looks whether its shell is still there, in milliseconds. */
const everyMS = 250;

/** @returns a function that takes the listeners off */
export function onSignals(listener: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of signals) process.on(signal, listener);
  const shell = onEndOfShell(() => listener('SIGTERM'));
  return () => {
    for (const signal of signals) process.off(signal, listener);
    clearInterval(shell);
  };
}

/** npx runs a command in a shell, and hands signals to this shell alone: it ends without the command. */
function onEndOfShell(listener: () => void): NodeJS.Timeout | undefined {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script } = process.env;
  if (event !== 'npx' || script?.includes('session-guard') !== true) return undefined;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    listener();
  }, everyMS);
  return timer.unref();
}
