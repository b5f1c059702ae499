import { defineConfig } from 'tsdown';
import { chunks } from './scripts/package/chunks.mjs';
import { entries, inner } from './scripts/package/entries.mjs';
import { pagePlugin } from './scripts/report/page-plugin.mjs';

export default defineConfig({
  entry: Object.fromEntries([...entries, ...inner].map(({ output, source }) => [output, source])),
  deps: { neverBundle: ['vitest'] },
  plugins: [pagePlugin()],
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20.19',
  dts: true,
  sourcemap: false,
  clean: true,
  // `sideEffects` of package.json speaks of `dist`: in `src` the modules of the preload have effects, too.
  treeshake: { moduleSideEffects: true },
  outputOptions: { codeSplitting: { groups: chunks } },
});
