// @ts-check
// Puts the page of the report into `src/report/page-bundle.ts`: its markup, its style and its script, each as one text.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, transform } from 'esbuild';

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
    style: await minified(readFileSync(join(folder, 'page.css'), 'utf8')),
    script: await bundled(),
  };
  return `export const pageParts = ${JSON.stringify(parts)};\n`;
}

/** @param {string} style */
async function minified(style) {
  const { code } = await transform(style, { loader: 'css', minify: true });
  return code;
}

async function bundled() {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
  });
  return outputFiles[0]?.text ?? '';
}
