/**
 * Control characters, line separators and the marks that turn the direction of writing: a name that holds them could forge
 * lines of a log, or hide what stands beside it.
 */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const unsafe =
  /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g;

/** A text of one line in which all of them are written out: `\u202E`. */
export function escapeText(text: string): string {
  return text.replaceAll(unsafe, written);
}

/** The same for a line of source text, where a tab is a tab. */
export function escapeSource(line: string): string {
  return line.replaceAll(unsafe, character => (character === '\t' ? character : written(character)));
}

function written(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
