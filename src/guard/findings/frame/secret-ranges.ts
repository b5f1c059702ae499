/** A part of a text: from its first character to the one after its last. */
export type Range = readonly [from: number, to: number];

/** Words in the names of secrets. To mask a harmless literal does less harm than to show a secret. */
const secretName =
  /pass(?!port|ed|es|ing)|pwd|passwd|secret|token|key|credential|auth(?:orization)?(?![a-z])|bearer|signature|cookie|private|\bpin\b|\bsalt\b/i;

/** Each character belongs to one token, so the text is read once. */
const tokens = /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`(?:[^`\\]|\\.)*`?|[\w$]+|\s+|./gs;

/** `name: 'value'` at any position: also after an apostrophe in a comment has shifted the pairs of quotes. */
const named = /([\w$-]{1,40})['"`]?\s{0,4}[:=]\s{0,4}(['"`])([^'"`]{0,4096})/g;

/** In a text: `password=value`, `Bearer value`. */
const inText = /\b([\w-]{1,40})=([^&;,\s'"`]{1,4096})|\b(?:Bearer|Basic)\s+([\w.~+/=-]{1,4096})/g;

/** Tokens of known services, by their prefix, and texts that look like a token: long, with letters and digits. */
const known =
  /\b(?:sk|pk|rk)[_-](?:live|test|ant|proj)[\w-]+|\b(?:gh[a-z]_|github_pat_|glpat-|npm_|xox[a-z]-|AKIA|ASIA|AIza|eyJ)[\w.-]{8,}|\b(?=[A-Za-z+/_-]{0,64}\d)(?=[\d+/_-]{0,64}[A-Za-z])[\w+/=-]{32,}/g;

/** The ranges of literal secrets in a line of source text; in order, without overlaps. */
export function secretRanges(text: string): Range[] {
  const found = [...behindNames(text), ...namedRanges(text), ...rangesInText(text), ...credentials(text)];
  for (const match of text.matchAll(known)) found.push([match.index, match.index + match[0].length]);
  return merged(found);
}

/** Every literal of an expression that begins with the name of a secret: `pass = process.env.PASS || '…'`, `setToken('…')`. */
function behindNames(text: string): Range[] {
  const found: Range[] = [];
  let depth = 0;
  /** The depth of brackets at the name. */
  let armedAt: number | undefined;
  let keyBefore = false;
  /** True behind the name of a public value beside a secret, such as a user name: its literal is not masked. */
  let openName = false;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token.trim() === '') continue;
    const isLiteral = /^["'`]/.test(token);
    if (isLiteral && armedAt !== undefined && !openName) found.push(insideQuotes(token, index));
    if (/^[)\]}]$/.test(token)) depth -= 1;
    if (armedAt !== undefined && depth < armedAt) armedAt = undefined;
    if (/^[;,]$/.test(token) && armedAt === depth) armedAt = undefined;
    if (keyBefore && /^[:\],]$/.test(token)) armedAt = depth;
    openName = /^(?:user|username|mechanism)$/i.test(token) || (openName && token === ':');
    keyBefore = isLiteral && token.length <= 42 && secretName.test(token);
    if (/^[\w$]/.test(token) && secretName.test(token)) armedAt ??= depth;
    if (/^[([{]$/.test(token)) depth += 1;
  }
  return found;
}

function insideQuotes(token: string, index: number): Range {
  const isClosed = token.length > 1 && token.endsWith(token.charAt(0));
  return [index + 1, index + token.length - (isClosed ? 1 : 0)];
}

function namedRanges(text: string): Range[] {
  const found: Range[] = [];
  for (const { 0: whole, 1: name = '', 3: value = '', index } of text.matchAll(named)) {
    const end = index + whole.length;
    if (secretName.test(name)) found.push([end - value.length, end]);
  }
  return found;
}

function rangesInText(text: string): Range[] {
  const found: Range[] = [];
  for (const { 0: whole, 1: name, 2: value, 3: bearer, index } of text.matchAll(inText)) {
    const end = index + whole.length;
    const secret = bearer ?? (name !== undefined && secretName.test(name) ? value : undefined);
    if (secret !== undefined) found.push([end - secret.length, end]);
  }
  return found;
}

/** `scheme://user:password@`; an unescaped password may itself hold an `@`. */
function credentials(text: string): Range[] {
  const found: Range[] = [];
  for (const { 0: word, index } of text.matchAll(/[^\s'"`]+/g)) {
    const from = word.indexOf('://');
    const to = word.lastIndexOf('@');
    if (from !== -1 && to > from + 3) found.push([index + from + 3, index + to]);
  }
  return found;
}

function merged(ranges: readonly Range[]): Range[] {
  const all: Range[] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = all.at(-1);
    if (to <= from) continue;
    if (last !== undefined && from <= last[1]) all[all.length - 1] = [last[0], Math.max(last[1], to)];
    else all.push([from, to]);
  }
  return all;
}

/** A line of source text with its literal secrets masked. */
export function maskSecrets(line: string): string {
  return maskedBetween(line, secretRanges(line), 0, line.length);
}

/** The part of a line between two columns, counted from 0, with secrets masked. */
export function maskedBetween(line: string, secrets: readonly Range[], from: number, to: number): string {
  let shown = '';
  let at = from;
  for (const [start, end] of secrets) {
    if (end <= at || start >= to) continue;
    shown += `${line.slice(at, Math.max(at, start))}***`;
    at = end;
  }
  return shown + line.slice(at, Math.max(at, to));
}
