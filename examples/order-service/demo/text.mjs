// @ts-check
export const WIDTH = 100;

/**
 * Breaks a text into lines that fit the terminal.
 *
 * @param {string} text
 * @param {string} indent  of every line
 */
export function wrap(text, indent) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] ?? '';
    if (indent.length + last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map(line => indent + line);
}

/**
 * @param {string} text
 * @param {number} width
 */
export function cut(text, width) {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** @param {number} value */
export function number(value) {
  return value.toLocaleString('en-US');
}
