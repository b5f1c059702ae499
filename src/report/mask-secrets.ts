/** `scheme://user:password@`; an unescaped password may itself hold an `@`. */
const credentials = /:\/\/[^\s'"`]+@/g;

/** A literal behind a name that says what it is: `password: '…'`, `secretAccessKey = "…"`. */
const literal = /((?:pass(?:word|phrase|wd)?|pwd|secret\w*|token)['"]?\s*[:=]\s*)(['"`])(?:(?!\2).)+\2/gi;

/** A line of source text without the passwords that are written out in it. */
export function maskSecrets(line: string): string {
  return line.replaceAll(credentials, '://***@').replaceAll(literal, '$1$2***$2');
}
