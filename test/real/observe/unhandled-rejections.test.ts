import { expect } from 'vitest';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { programFile, runPrograms } from '../support/run-program.ts';

const inClose = misusesIn(programFile('close-with-work.mjs'));

onEachDriver(
  '`client.close()` with work in flight makes it fail unhandled, and with us waits for it',
  async driver => {
    const without = (await runPrograms('close-with-work.mjs', driver, 'none'))['close'];
    expect(without?.unhandled.length).toBeGreaterThan(0);
    expect(without?.result).not.toBe(2);

    const ours = (await runPrograms('close-with-work.mjs', driver, 'manager'))['close'];
    expect(ours).toMatchObject({ result: 2, unhandled: [] });
    expect(foundIn(ours?.findings ?? [])).toEqual([inClose('client-closed-in-use', 'close')]);
  },
);

onEachDriver('unhandled rejections are exactly where they would be without us', async driver => {
  const without = await runPrograms('dropped-promises.mjs', driver, 'none');
  for (const [name, { result, unhandled }] of Object.entries(without))
    expect(unhandled.length, name).toBe(result);

  const ours = await runPrograms('dropped-promises.mjs', driver, 'manager');
  expect(Object.keys(ours)).toEqual(Object.keys(without));
  for (const [name, { unhandled }] of Object.entries(ours))
    expect(unhandled.length, name).toBe(without[name]?.unhandled.length);
});

onEachDriver('a program is guarded under `--enable-source-maps` as well', async driver => {
  const { close } = await runPrograms('close-with-work.mjs', driver, 'manager', ['--enable-source-maps']);
  expect(close).toMatchObject({ result: 2, unhandled: [] });
  expect(foundIn(close?.findings ?? [])).toEqual([inClose('client-closed-in-use', 'close')]);
});
