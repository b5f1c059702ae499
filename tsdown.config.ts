import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/register.ts',
    'src/register/in-realm.ts',
    'src/mongoose/index.ts',
    'src/testing/index.ts',
    'src/testing/vitest.ts',
    'src/testing/jest.ts',
    'src/testing/node.ts',
  ],
  deps: { neverBundle: ['vitest'] },
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20.19',
  unbundle: true,
  dts: true,
  sourcemap: false,
  clean: false,
});
