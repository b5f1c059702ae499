import { afterAll, beforeAll, expect, it } from 'vitest';
import { install, type Installed } from './support/installed.ts';

let program: Installed;

beforeAll(async () => {
  program = await install(['mongodb', 'express-session', '@fastify/session', 'redis']);
  await program.copyAs('second');
});

afterAll(() => program.remove());

const folder = './node_modules/.store/session-guard/node_modules';

/** One instance each of the ES module, the CommonJS module, and another copy of the package. */
function copiesOf(entry: string): string {
  return `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    const copies = [
      await import('${folder}/package/dist/${entry}.mjs'),
      require('${folder}/package/dist/${entry}.cjs'),
      await import('${folder}/second/dist/${entry}.mjs'),
    ];`;
}

it('`shared` gives one manager to the ES module, the CommonJS module and a second copy', async () => {
  const { stdout, stderr } = await program.node(
    'shared.mjs',
    `${copiesOf('index')}
    const uri = process.env.MONGODB_URI;
    const managers = [];
    for (let turn = 0; turn < 3; turn += 1)
      for (const { ConnectionManager } of copies) managers.push(ConnectionManager.shared(uri));
    const [first] = managers;
    const stored = await first.withTxn(async session => {
      await first.db('two_copies').collection('shared').insertOne({}, { session });
      return true;
    });
    const same = new Set(managers).size;
    const known = copies.map(({ ConnectionManager }) => first instanceof ConnectionManager);
    await first.close();
    const next = copies.map(({ ConnectionManager }) => ConnectionManager.shared(uri));
    const again = new Set(next).size;
    await Promise.all(next.map(manager => manager.close()));
    console.log(JSON.stringify({ stored, same, known, again, renewed: next[0] !== first }));`,
  );
  const known = [true, true, true];
  expect(JSON.parse(stdout)).toEqual({ stored: true, same: 1, known, again: 1, renewed: true });
  expect(stderr).toBe('');
});

it('two managers on one uri, each of another copy, get the warning of a second manager', async () => {
  const { stderr } = await program.node(
    'second-manager.mjs',
    `${copiesOf('index')}
    const managers = copies.map(({ ConnectionManager }) => new ConnectionManager(process.env.MONGODB_URI));
    await Promise.all(managers.map(manager => manager.close()));`,
  );
  expect(stderr.match(/SESSION_GUARD_SECOND_MANAGER/g)).toHaveLength(1);
});

it('an error of one copy is an instance of the class of each', async () => {
  const { stdout } = await program.node(
    'errors.mjs',
    `${copiesOf('index')}
    const [{ ConnectionManager }, { SessionGuardTimeoutError: Required }] = copies;
    const mongo = new ConnectionManager(process.env.MONGODB_URI);
    const late = () => new Promise(resolve => setTimeout(resolve, 50));
    const error = await mongo.withTxn(late, { timeoutMS: 1 }).catch(caught => caught);
    await mongo.close();
    console.log(copies.map(copy => error instanceof copy.SessionGuardTimeoutError).join());
    console.log(copies.map(copy => new Error('other') instanceof copy.SessionGuardTimeoutError).join());
    console.log(new (class Own extends Required {})('', {}) instanceof Required);`,
  );
  expect(stdout).toBe('true,true,true\nfalse,false,false\ntrue\n');
});

it('a store of one copy goes with a back end, an adapter and `logIn` of the others', async () => {
  const { stdout } = await program.node(
    'stores.mjs',
    `${copiesOf('store')}
    const [{ sessionStore, StoreUnavailableError }, { memoryBackend }] = copies;
    const backend = memoryBackend();
    const sessions = sessionStore(backend, { keys: { tag: ['a secret of at least 32 random bytes'] } });
    for (const [name, adapter] of [['express', 'ExpressSessionStore'], ['fastify', 'FastifySessionStore']]) {
      const entry = '${folder}/package/dist/store-' + name + '-session';
      const required = require(entry + '.cjs');
      const imported = await import(entry + '.mjs');
      const store = new required[adapter](sessions);
      const request = { headers: {}, sessionStore: store, session: {} };
      const failed = await imported.logIn(request, 'user-1').catch(error => error);
      console.log(name, store instanceof imported[adapter], failed?.message?.includes('behind') ?? false);
    }
    const down = new copies[1].StoreUnavailableError('down', { outcome: 'not done' });
    console.log(copies.map(copy => down instanceof copy.StoreUnavailableError).join());`,
  );
  expect(stdout).toBe('express true false\nfastify true false\ntrue,true,true\n');
});
