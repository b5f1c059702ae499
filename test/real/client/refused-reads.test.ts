import { expect } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { fixture } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';

const ours = new URL('../../../src/', import.meta.url).pathname;

// Up to 6.3 a cursor gives the driver a callback, and waits for it alone.
onEachDriver(
  'a read through a closed client is rejected by `client-use-after-close` as `error`',
  async driver => {
    const { guarded } = await fixture(driver, { guard: { rules: { 'client-use-after-close': 'error' } } });
    const { client, items } = guarded;
    await client.connect();
    await client.close();
    const refused = { code: codes.finding, rule: 'client-use-after-close' };
    await expect(items.find().toArray()).rejects.toMatchObject(refused);
    await expect(items.aggregate([]).next()).rejects.toMatchObject(refused);
    await expect(items.countDocuments()).rejects.toMatchObject(refused);
  },
);

onEachDriver('no frame of this package is in the error of a read through a closed client', async driver => {
  const { guarded } = await fixture(driver);
  const { client, items } = guarded;
  await client.connect();
  await client.close();
  const error = await failureOf(items.find().toArray());
  expect(error).toBeInstanceOf(driver.lib.MongoNotConnectedError);
  expect(error).toHaveProperty('stack', expect.not.stringContaining(ours));
});
