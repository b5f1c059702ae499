import type { Arguments } from '../arguments.ts';
import type { Story } from '../story.ts';
import type { Token } from '../tokens.ts';

/** What one word of a trace means: the events that it tells. */
export type Word = (story: Story, token: Token, args: Arguments) => void;

export type Words = Readonly<Record<string, Word>>;
