import { createHash } from 'node:crypto';

/** A Lua script that the server knows by its digest once it has run. */
export interface Script {
  readonly lua: string;
  readonly digest: string;
}

export function scriptOf(...parts: readonly string[]): Script {
  const lua = parts.join('\n');
  return { lua, digest: createHash('sha1').update(lua).digest('hex') };
}
