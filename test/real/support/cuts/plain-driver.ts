import { createRequire } from 'node:module';
import type { MongoClient } from 'mongodb';
import type { Driver } from '../drivers.ts';

const require = createRequire(import.meta.url);

const loaded = new Map<string, typeof MongoClient>();

/** The client of a fresh copy of the driver, which nothing of this package has touched. */
export function plainClientClass({ name }: Driver): typeof MongoClient {
  const plain = loaded.get(name) ?? load(name);
  loaded.set(name, plain);
  return plain;
}

function load(name: Driver['name']): typeof MongoClient {
  const file = require.resolve(name === 'driver 7' ? 'mongodb' : 'mongodb6');
  const folder = file.slice(0, file.lastIndexOf('index.js'));
  const known = takeOut(folder);
  try {
    return require(file).MongoClient;
  } finally {
    takeOut(folder);
    Object.assign(require.cache, known);
  }
}

/** The modules of a folder, which are loaded again when they are next asked for. */
function takeOut(folder: string): NodeJS.Dict<NodeModule> {
  const modules = Object.entries(require.cache).filter(([file]) => file.startsWith(folder));
  for (const [file] of modules) Reflect.deleteProperty(require.cache, file);
  return Object.fromEntries(modules);
}
