import type { Arguments } from '../arguments.ts';
import type { Story } from '../story.ts';
import type { Token } from '../tokens.ts';

/** The meaning of one word of a trace: its events. */
export type Word = (story: Story, token: Token, args: Arguments) => void;

export type Words = Readonly<Record<string, Word>>;

/** `scope=2 within=1`: in request 2, which was entered in request 1. Innermost first, as events have it. */
export function scopesOf(args: Arguments): readonly number[] | undefined {
  const scope = args.number('scope');
  const within = args.number('within');
  if (scope === undefined) return undefined;
  return within === undefined ? [scope] : [scope, within];
}
