/*
 * Names of a session's fields, where the store gives some of their characters a meaning of its own. Any string is a name: the
 * empty one, `a.b`, `$set`, `__proto__`, half of a surrogate pair.
 */

// Half a pair is no UTF-8: two such names would become the same one.
const meaningful = /[%.$\0]|\p{Surrogate}/gu;
const escaped = /%(?:u([\dA-F]{4})|([\dA-F]{2}))/g;

/** @returns a name that is never empty, and has no dot, no dollar sign and no NUL */
export function encodedFieldName(name: string): string {
  return `_${name.replace(meaningful, escapeOf)}`;
}

/** @returns undefined if it was not made by `encodedFieldName` */
export function decodedFieldName(encoded: string): string | undefined {
  const name = encoded
    .slice(1)
    .replace(escaped, (_, unit: string | undefined, byte: string) =>
      String.fromCharCode(Number.parseInt(unit ?? byte, 16)),
    );
  return encodedFieldName(name) === encoded ? name : undefined;
}

function escapeOf(character: string): string {
  const code = character.charCodeAt(0).toString(16).toUpperCase();
  return code.length > 2 ? `%u${code}` : `%${code.padStart(2, '0')}`;
}
