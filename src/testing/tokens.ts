import { invalidArgument, type SessionGuardError } from '../errors/errors.ts';

/** One word of a trace: `s2:begin(a insert shop.orders)@here`. */
export interface Token {
  /** As it is written, without `@place`. */
  readonly text: string;
  readonly session: string | undefined;
  readonly word: string;
  readonly args: readonly string[];
  /** What follows `@`. */
  readonly place: string | undefined;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

const tokenPattern = /((?:(\w+):)?([a-z]+(?:-[a-z]+)*)(?:\(([^()]*)\))?)(?:@([\w./:-]+))?(?=\s|$)/y;

/** @throws SessionGuardError with the position of what is no word of a trace */
export function tokenize(trace: string): Token[] {
  const tokens: Token[] = [];
  for (let at = skipSpace(trace, 0); at < trace.length; ) {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(trace);
    if (match === null) throw syntaxError(trace, at);
    tokens.push(tokenOf(match, trace, at));
    at = skipSpace(trace, at + match[0].length);
  }
  return tokens;
}

/** An error about one token of a trace. */
export function tokenError(token: Token, problem: string): SessionGuardError {
  return invalidArgument(`Trace, line ${token.line}, column ${token.column}, '${token.text}': ${problem}`);
}

function tokenOf(match: RegExpExecArray, trace: string, at: number): Token {
  const [, text = '', session, word = '', args = '', place] = match;
  return { text, session, word, args: args.split(/\s+/).filter(Boolean), place, ...positionOf(trace, at) };
}

function syntaxError(trace: string, at: number): SessionGuardError {
  const { line, column } = positionOf(trace, at);
  const [found = ''] = /^\S+/.exec(trace.slice(at)) ?? [];
  return invalidArgument(
    `Trace, line ${line}, column ${column}: '${found}' is no word(arguments); see the table in src/testing/notation.ts.`,
  );
}

function skipSpace(trace: string, from: number): number {
  const offset = trace.slice(from).search(/\S/);
  return offset === -1 ? trace.length : from + offset;
}

function positionOf(trace: string, at: number): { readonly line: number; readonly column: number } {
  const before = trace.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
