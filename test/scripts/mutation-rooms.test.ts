import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { testsByNeed } from '../../scripts/ci/tests-by-need.mjs';
import { rooms } from '../../scripts/mutation/rooms.mjs';
import { readPage } from '../docs/support/blocks.ts';

const page = readPage('docs/internals/mutation.md');

test.each(Object.entries(rooms))('The room `%s` of the mutation tests has files and tests.', (name, room) => {
  for (const pattern of room.mutate)
    expect(existsSync(dirname(pattern.replace('/**', ''))), pattern).toBe(true);
  expect(testsByNeed().quick.some(file => room.tests.test(file))).toBe(true);
  expect(page).toContain(`| \`${name}\` |`);
});
