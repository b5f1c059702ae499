// @ts-check
import { resolve } from 'node:path';
import { entries, inner } from './entries.mjs';

/**
 * The part of rolldown's context that is used here.
 * @typedef {{ getModuleInfo(module: string): { importedIds: readonly string[] } | null }} Modules
 */

/** Entries that need little or nothing of the guard: what they share with the main entry does not lie in a file with the rest of it. */
const apart = /^(?:cli|eslint|store.*|langgraph.*|testing-store)$/;

/**
 * Which modules of the main entry lie in one file of `dist`; the others are left to the bundler. Left to itself, it makes a file
 * for each set of entries that share a module, and Node takes about a millisecond for each file that it loads. What is needed
 * without the guard comes first: a group also takes what its modules import, if no group before it has it.
 */
export const chunks = ['base', 'rules', 'guard'].map((name, index, { length }) => ({
  name: (/** @type {string} */ module, /** @type {Modules} */ modules) =>
    chunkOf(module, modules) === name ? name : null,
  priority: length - index,
}));

/**
 * @param {string} module
 * @param {Modules} modules
 */
function chunkOf(module, modules) {
  const { main, users } = reachOf(modules);
  if (!main.has(module)) return null;
  const usedBy = users.get(module) ?? [];
  if (usedBy.length === 0) return 'guard';
  return usedBy.every(output => output === 'eslint') ? 'rules' : 'base';
}

/** @type {{ main: ReadonlySet<string>, users: ReadonlyMap<string, readonly string[]> } | undefined} */
let known;

/** @param {Modules} modules */
function reachOf(modules) {
  if (known !== undefined) return known;
  const users = /** @type {Map<string, string[]>} */ (new Map());
  for (const { output, source } of [...entries, ...inner].filter(entry => apart.test(entry.output)))
    for (const module of reachedFrom(source, modules))
      users.set(module, [...(users.get(module) ?? []), output]);
  known = { main: reachedFrom('src/index.ts', modules), users };
  return known;
}

/**
 * @param {string} source
 * @param {Modules} modules
 */
function reachedFrom(source, modules) {
  const reached = new Set([resolve(source)]);
  for (const module of reached)
    for (const imported of modules.getModuleInfo(module)?.importedIds ?? []) reached.add(imported);
  return reached;
}
