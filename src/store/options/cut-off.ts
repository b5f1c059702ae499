const mostBytes = 256;

/** A text of at most 256 bytes as UTF-8, cut between two characters: browsers decide how long a `User-Agent` is. */
export function cutOff(text: string): string {
  if (Buffer.byteLength(text) <= mostBytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(mostBytes));
  return text.slice(0, read);
}
