// @ts-check
// Puts the page of the report into `src/report/page-bundle.ts`: its markup, its style and its script, each as one text.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const folder = resolve(import.meta.dirname, '../../src/report/page');

/** A plugin of Rollup's kind, for tsdown and for Vite. */
export function pagePlugin() {
  /** @type {Promise<string> | undefined} */
  let made;
  return {
    name: 'session-guard-page',
    /** @param {string} id */
    async load(id) {
      if (!id.replaceAll('\\', '/').endsWith('/src/report/page-bundle.ts')) return undefined;
      made ??= moduleText();
      return made;
    },
  };
}

async function moduleText() {
  const parts = {
    markup: readFileSync(join(folder, 'page.html'), 'utf8'),
    style: await bundled('style/page.css'),
    script: await bundled('main.ts'),
  };
  return `export const pageParts = ${JSON.stringify(parts)};\n`;
}

/**
 * A style sheet or a script, with what it imports.
 * @param {string} entry
 */
async function bundled(entry) {
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
  });
  return outputFiles[0]?.text ?? '';
}
