import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { driverFolderOf } from '../../src/guard/register/modules/library-modules.ts';

const { resolve } = createRequire(import.meta.url);

test('a copy of the driver is known by its client, whatever its package is called', () => {
  for (const name of ['mongodb', 'mongodb6']) {
    const folder = resolve(name).replace(/index\.js$/, '');
    expect(driverFolderOf(`${folder}mongo_client.js`)).toBe(folder);
    expect(driverFolderOf(`${folder}db.js`)).toBeUndefined();
  }
});

test('a file of that name without a driver around it is none', () => {
  expect(driverFolderOf('/app/lib/mongo_client.js')).toBeUndefined();
});
