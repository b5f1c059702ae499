/*
 * Names of a session's fields, for stores in which some characters have a special meaning. Any string is a name: the empty one,
 * `a.b`, `$set`, `__proto__`, half of a surrogate pair.
 */

// Half of a surrogate pair is not valid UTF-8: two such names would become the same name.
const meaningful = /[%.$\0]|\p{Surrogate}/gu;
const escaped = /%(?:u([\dA-F]{4})|([\dA-F]{2}))/g;

/** @returns a name that is never empty, and has no dot, no dollar sign and no NUL */
export function encodedFieldName(name: string): string {
  return `_${name.replace(meaningful, escapeOf)}`;
}

/** @returns undefined if `encodedFieldName` did not make it */
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
