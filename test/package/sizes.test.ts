import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entries } from '../../scripts/package/entries.mjs';

const dist = join(import.meta.dirname, '../../dist/');

/** A file imports the others of `dist` by their names in its folder. */
const imported = /\b(?:from|import|require\()\s*"\.\/([^"]+)"/g;

interface Size {
  readonly files: number;
  readonly kilobytes: number;
}

/** Of what Node loads for an entry, without what the entry loads when it is needed. */
function sizeOf(file: string): Size {
  const loaded = new Set([file]);
  let bytes = 0;
  for (const name of loaded) {
    const text = readFileSync(join(dist, name), 'utf8');
    bytes += Buffer.byteLength(text);
    for (const [, other = ''] of text.matchAll(imported)) loaded.add(other);
  }
  return { files: loaded.size, kilobytes: Math.ceil(bytes / 1000) };
}

/**
 * The most that an entry may load: about 5 % more than its CommonJS form does. Node takes about a millisecond for each file. Who needs more
 * says why in the change that raises a number.
 */
const most: Readonly<Record<string, readonly [files: number, kilobytes: number]>> = {
  index: [5, 625],
  register: [9, 660],
  mongoose: [5, 625],
  express: [7, 630],
  fastify: [7, 630],
  nest: [7, 640],
  serverless: [7, 635],
  dashboard: [8, 735],
  otel: [7, 660],
  prometheus: [7, 640],
  testing: [10, 745],
  'testing-vitest': [8, 655],
  'testing-jest': [8, 655],
  'testing-node': [8, 655],
  'testing-store': [9, 285],
  eslint: [4, 370],
  store: [9, 190],
  'store-mongodb': [9, 132],
  'store-redis': [7, 180],
  'store-dynamodb': [11, 155],
  'store-express-session': [14, 405],
  'store-fastify-session': [14, 405],
  'langgraph-dynamodb': [6, 180],
};

test.each(
  entries.flatMap(({ output, subpath }) => [
    { subpath, output, format: 'mjs' },
    { subpath, output, format: 'cjs' },
  ]),
)('`$subpath` loads no more files and bytes than it may, as $format', ({ output, format }) => {
  const [files, kilobytes] = most[output] ?? [0, 0];
  const size = sizeOf(`${output}.${format}`);
  expect(size.files).toBeLessThanOrEqual(files);
  expect(size.kilobytes).toBeLessThanOrEqual(kilobytes);
  // A budget of twice the size would never fail.
  expect(size.kilobytes).toBeGreaterThan(kilobytes / 1.35);
});
