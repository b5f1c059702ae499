/**
 * Control characters, line separators and invisible marks, such as marks that change the direction of text: a name with such
 * characters could forge lines of a log, or hide the text beside it.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text of one line in which all of them are escaped: `\u202E`. */
export function escapeText(text: string): string {
  return text.replaceAll(unsafe, written);
}

/** The same for a line of source text, in which tabs are allowed. */
export function escapeSource(line: string): string {
  return line.replaceAll(unsafe, character => (character === '\t' ? character : written(character)));
}

function written(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
