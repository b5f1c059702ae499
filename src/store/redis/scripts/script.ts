import { createHash } from 'node:crypto';
import type { Layout } from '../options.ts';
import { onlyOnMaster } from './only-on-master.ts';

/** A Lua script that the server knows by its digest once it has run. */
export interface Script {
  readonly lua: string;
  readonly digest: string;
  /** Whether it writes nothing, and a replica refuses it all the same. */
  readonly asksMaster: boolean;
}

export function scriptOf(...parts: readonly string[]): Script {
  const lua = parts.join('\n');
  return {
    lua,
    digest: createHash('sha1').update(lua).digest('hex'),
    asksMaster: parts.includes(onlyOnMaster),
  };
}

type Part = string | Readonly<Record<Layout, string>>;

/** Of parts that may be others for each layout. */
export function scriptForEachLayout(...parts: readonly Part[]): Readonly<Record<Layout, Script>> {
  const scriptFor = (layout: Layout): Script =>
    scriptOf(...parts.map(part => (typeof part === 'string' ? part : part[layout])));
  return { whole: scriptFor('whole'), fields: scriptFor('fields') };
}
