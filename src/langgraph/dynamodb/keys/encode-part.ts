/** Stands behind every part of a sort key, and in none. */
export const partEnd = '!';

const escape = '"';
const shift = 0x40;
const upToEscape = /[^#-\u{10ffff}]/gu;

/**
 * A part of a sort key: any text becomes one without `!`, and the order of texts (by code points) is kept, also for one that
 * another begins with. What LangGraph makes itself stays as it is.
 */
export function encodePart(text: string): string {
  return text.replace(upToEscape, character => escape + String.fromCharCode(character.charCodeAt(0) + shift));
}

export function decodePart(part: string): string {
  return part.replace(/"(.)/gsu, (_, character: string) =>
    String.fromCharCode(character.charCodeAt(0) - shift),
  );
}
