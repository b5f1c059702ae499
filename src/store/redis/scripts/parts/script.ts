import { createHash } from 'node:crypto';
import type { Layout } from '../../options.ts';
import { onlyOnMaster } from './time.ts';

/** A Lua script that the server knows by its digest once it has run. */
export interface Script {
  readonly lua: string;
  readonly digest: string;
  /** True if it writes nothing, but a replica refuses it anyway. */
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

/**
 * A script for each layout, from parts that may differ between the layouts. The parts are texts in TypeScript and not `.lua`
 * files: the layout selects them, and everything that runs the source (tests, mutation tests, Node itself) would need a loader.
 */
export function scriptForEachLayout(...parts: readonly Part[]): Readonly<Record<Layout, Script>> {
  const scriptFor = (layout: Layout): Script =>
    scriptOf(...parts.map(part => (typeof part === 'string' ? part : part[layout])));
  return { string: scriptFor('string'), hash: scriptFor('hash') };
}
