import { afterAll, beforeAll, expect, it } from 'vitest';
import { install, type Installed } from './support/installed.ts';

let program: Installed;

/** mongoose brings a driver of its own, which no other package finds. */
beforeAll(async () => {
  program = await install(['mongoose']);
});

afterAll(() => program.remove());

const flavours: readonly (readonly [string, (entry: string, names: string) => string])[] = [
  ['mjs', (entry, names) => `import { ${names} } from '${entry}';`],
  ['cjs', (entry, names) => `const { ${names} } = require('${entry}');`],
];

it.each(flavours)(
  'the package loads, and says what is missing when a client is to be made (%s)',
  async (ending, from) => {
    const { stdout } = await program.node(
      `missing.${ending}`,
      `${from('session-guard', 'ConnectionManager, SessionGuardError')}
    for (const make of [uri => new ConnectionManager(uri), uri => ConnectionManager.shared(uri)]) {
      try {
        make('mongodb://user:hunter2@localhost');
      } catch (error) {
        console.log(error instanceof SessionGuardError, error.code, error.cause.code, error.message);
      }
    }`,
    );
    const line =
      /^true ERR_SESSION_GUARD_DRIVER_MISSING MODULE_NOT_FOUND .*npm install mongodb.*adopt\(mongoose\)/;
    const lines = stdout.trim().split('\n');
    expect(lines).toEqual([expect.stringMatching(line), expect.stringMatching(line)]);
    expect(stdout).not.toContain('hunter2');
  },
);

it.each(flavours)('`adopt` guards the client of mongoose (%s)', async (ending, from) => {
  const main = `
    async function main() {
      await mongoose.connect(process.env.MONGODB_URI);
      const mongo = ConnectionManager.adopt(mongoose.connection, { console: false });
      const rules = [];
      mongo.on('finding', ({ rule }) => rules.push(rule));
      const Item = mongoose.model('WithoutDriver', new mongoose.Schema({}));
      await Item.init();
      await mongo.withTxn(async session => { Item.insertMany([{}], { session }); });
      console.log(rules.join(), await Item.countDocuments() > 0);
      await mongoose.disconnect();
    }
    main();`;
  const imports =
    ending === 'mjs' ? `import mongoose from 'mongoose';` : `const mongoose = require('mongoose');`;
  const { stdout } = await program.node(
    `adopt.${ending}`,
    `${imports}${from('session-guard', 'ConnectionManager')}${main}`,
  );
  expect(stdout).toBe('unawaited-operation true\n');
});

it('the entries that need no client load', async () => {
  const names = ['testing', 'mongoose', 'store', 'store/mongodb', 'store/redis', 'testing/store', 'register'];
  const { stdout } = await program.node(
    'loads.mjs',
    `for (const name of ${JSON.stringify(names)}) await import('session-guard/' + name); console.log('loaded');`,
  );
  expect(stdout).toBe('loaded\n');
});
