import type { Arguments } from '../arguments.ts';

/** `scope=2 within=1`: in request 2, which was entered in request 1. Innermost first, as events have it. */
export function scopesOf(args: Arguments): readonly number[] | undefined {
  const scope = args.number('scope');
  const within = args.number('within');
  if (scope === undefined) return undefined;
  return within === undefined ? [scope] : [scope, within];
}
