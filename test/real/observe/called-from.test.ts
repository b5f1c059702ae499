import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { BaseRepository } from '../support/layers/base-repository.ts';
import { onEachDriver } from '../support/on-each-driver.ts';

const layer = new URL('../support/layers/base-repository.ts', import.meta.url).pathname;
const misuse = misusesIn(layer);

function lineOf(name: string): number {
  const lines = readFileSync(import.meta.filename, 'utf8').split('\n');
  return lines.findIndex(line => line.endsWith(`// ${name}`)) + 1;
}

onEachDriver('a generic repository is a finding for each of its callers, and names them', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const repository = new BaseRepository(guarded.items);
  const place = (id: string) =>
    manager.withTxn(async session => {
      await repository.create(`${id} 1`, session);
      await repository.create(`${id} 2`); // place
    });
  const pay = (id: string) =>
    manager.withTxn(async session => {
      await repository.create(`${id} 1`, session);
      await repository.create(`${id} 2`); // pay
    });
  await place('a');
  await place('b');
  await pay('c');
  const found = misuse('outside-transaction', 'repository');
  expect(foundIn(findings)).toEqual([found, found]);
  expect(findings.map(({ calledFrom, count }) => [calledFrom?.map(({ line }) => line), count])).toEqual([
    [[lineOf('place')], 2],
    [[lineOf('pay')], 1],
  ]);
  expect(findings[0]).toMatchObject({ started: 'transaction', calledFrom: [{ file: import.meta.filename }] });
});

onEachDriver(
  'an operation that is not awaited is reported at the code that did not await it',
  async driver => {
    const { manager, guarded, findings } = await fixture(driver);
    const repository = new BaseRepository(guarded.items);
    await manager.withSession(async session => {
      void repository.create('a', session); // not awaited
    });
    expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'repository')]);
    expect(findings[0]?.calledFrom?.map(({ line }) => line)).toEqual([lineOf('not awaited')]);
  },
);

onEachDriver('a misuse in the file that has started the session names no callers', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await guarded.items.insertOne({ _id: 'b' });
  });
  expect(findings).toHaveLength(1);
  expect(findings[0]).not.toHaveProperty('calledFrom');
});
