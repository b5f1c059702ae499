// @ts-check
// The hooks of `module.register`: TypeScript is loaded as it stands; `vitest` and `fast-check` are the files beside this one.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

/** @type {Readonly<Record<string, string>>} */
const places = {
  vitest: new URL('./vitest.mjs', import.meta.url).href,
  'fast-check': new URL('./fast-check.mjs', import.meta.url).href,
};

/** A test of this query, and all that it imports, has the timers of `held-timers.ts` in the place of those of the clock. */
const held = '?held';
const clock = /\/src\/platform\/clock\.ts\?held$/;
const replaced = '&replaced';

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  const place = places[specifier];
  if (place !== undefined && context.parentURL !== place) return { url: place, shortCircuit: true };
  const found = await next(specifier, context);
  const { parentURL = '' } = context;
  if (parentURL.endsWith(replaced) || !parentURL.includes(held) || !found.url.endsWith('.ts')) return found;
  const url = `${found.url}${held}`;
  return { ...found, url: clock.test(url) ? `${url}${replaced}` : url };
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  const { protocol, pathname } = new URL(url);
  if (protocol !== 'file:' || !pathname.endsWith('.ts')) return next(url, context);
  const source = url.endsWith(replaced) ? withHeldTimers(url) : await compiled(url);
  return { format: 'module', source, shortCircuit: true };
}

/** @param {string} url */
async function compiled(url) {
  const text = await readFile(fileURLToPath(url), 'utf8');
  const { code } = await transform(text, { loader: 'ts', target: 'node20' });
  return code;
}

/** @param {string} url */
function withHeldTimers(url) {
  const own = url.slice(0, -replaced.length);
  const timers = new URL(`../../test/support/held-timers.ts${held}`, url).href;
  return `
    import { heldTimers } from '${timers}';
    export * from '${own}';
    export const { setTimeout, clearTimeout } = heldTimers;
  `;
}
