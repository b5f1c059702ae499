/** Characters that must be escaped in a header or a field's name: separators, and everything except printable ASCII. */
const special = /[^ -$&-{}~]/g;
/** Nearly always there is nothing to escape. */
const plain = /^[ -$&-{}~]*$/;
const escaped = /%([0-9a-f]{4})/g;

/** ASCII only, so that its length is the same in bytes and in characters. Keeps even invalid Unicode. */
export function escape(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(special, unit => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function unescape(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(escaped, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** A text that may be missing. */
export function escapeOptional(text: string | undefined): string {
  return text === undefined ? '' : `=${escape(text)}`;
}

export function unescapeOptional(text: string): string | undefined {
  return text === '' ? undefined : unescape(text.slice(1));
}
