import { invalidArgument, type SessionGuardError } from '../../errors/errors.ts';

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

/** @throws SessionGuardError with the position of a text that is not a word of a trace */
export function tokenize(trace: string): Token[] {
  return trace.split('\n').flatMap((text, index) => tokensOf(text, index + 1));
}

/** An error about one token of a trace. */
export function tokenError(token: Token, problem: string): SessionGuardError {
  return invalidArgument(`Trace, line ${token.line}, column ${token.column}, '${token.text}': ${problem}`);
}

function tokensOf(text: string, line: number): Token[] {
  const tokens: Token[] = [];
  for (let at = skipSpace(text, 0); at < text.length; ) {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(text);
    if (match === null) throw syntaxError(text, line, at);
    tokens.push(tokenOf(match, line, at + 1));
    at = skipSpace(text, at + match[0].length);
  }
  return tokens;
}

function tokenOf(match: RegExpExecArray, line: number, column: number): Token {
  const [, text = '', session, word = '', args = '', place] = match;
  return { text, session, word, args: args.split(/\s+/).filter(Boolean), place, line, column };
}

function syntaxError(text: string, line: number, at: number): SessionGuardError {
  const [found = ''] = /^\S+/.exec(text.slice(at)) ?? [];
  return invalidArgument(
    `Trace, line ${line}, column ${at + 1}: '${found}' is not a word(arguments); the documentation of parseTrace has the words.`,
  );
}

function skipSpace(text: string, from: number): number {
  const offset = text.slice(from).search(/\S/);
  return offset === -1 ? text.length : from + offset;
}

/** The file name for places in a trace's own text. */
export const traceFile = 'session-guard-trace';

export function tracePlace({ line, column }: { readonly line: number; readonly column: number }): string {
  return `${traceFile}:${line}:${column}`;
}
