// @ts-check
import { CLIENT_TIMEOUT_MS } from './load.mjs';
import { number } from './text.mjs';

/** @typedef {import('./case.d.ts').Answer} Answer */

/** How many kinds of answer are shown: a shared session makes a dozen. */
const MOST = 3;

/**
 * `200 × 201`, `39 × 500 MongoServerError 117: Only servers …`: the most frequent first.
 *
 * @param {readonly Answer[]} answers
 */
export function summarizeAnswers(answers) {
  const kinds = [...groups(answers)];
  const sorted = kinds
    .map(([kind, same]) => ({ kind, same }))
    .toSorted((a, b) => b.same.length - a.same.length);
  const lines = sorted
    .slice(0, MOST)
    .map(({ kind, same }) => `${number(same.length)} × ${kind}${messageOf(same)}`);
  const rest = sorted.slice(MOST).reduce((sum, { same }) => sum + same.length, 0);
  return rest > 0 ? [...lines, `${number(rest)} × other errors`] : lines;
}

/** @param {Answer} answer */
function kindOf({ status, error }) {
  if (status === 0) return `no answer within ${CLIENT_TIMEOUT_MS / 1000} s: the client has given up`;
  const code = typeof error?.code === 'number' ? ` ${error.code}` : '';
  return `HTTP ${status}${error ? ` ${error.name}${code}` : ''}`;
}

/** @param {readonly Answer[]} same */
function messageOf([first]) {
  return first?.error ? `: ${first.error.message}` : '';
}

/** @param {readonly Answer[]} answers */
function groups(answers) {
  /** @type {Map<string, Answer[]>} */
  const kinds = new Map();
  for (const answer of answers) {
    const kind = kindOf(answer);
    kinds.set(kind, [...(kinds.get(kind) ?? []), answer]);
  }
  return kinds;
}
