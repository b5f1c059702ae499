/** What a server says of itself: some that are managed leave out most of it. */
export type Info = ReadonlyMap<string, string>;

export function infoFrom(text: string): Info {
  const lines = text.split(/\r?\n/).map(line => line.split(':'));
  return new Map(lines.map(([name = '', ...value]) => [name, value.join(':')]));
}
