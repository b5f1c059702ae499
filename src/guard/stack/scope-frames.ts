type Frame = <T>(run: () => T | PromiseLike<T>) => Promise<T>;

/**
 * A function that runs a request's code: it is on the stack while the code runs, and then awaits it. Its name has the number of
 * the request, so that async stacks can be searched for it.
 */
export function scopeFrame(id: number): Frame {
  const name = nameOf(id);
  const frames: Readonly<Record<string, Frame>> = {
    async [name](run) {
      const value = await run();
      return value;
    },
  };
  return frames[name] ?? (async run => run());
}

/** True for the name of the frame of one of these requests. */
export function isScopeFrame(name: string, ids: readonly number[]): boolean {
  return name.startsWith(prefix) && ids.some(id => name === nameOf(id));
}

const prefix = 'sessionGuardScope';

function nameOf(id: number): string {
  return `${prefix}${id}`;
}
