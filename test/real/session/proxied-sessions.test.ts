import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';

/** As a logger or a container of dependencies wraps them. */
const wraps: Readonly<Record<string, (session: ClientSession) => ClientSession>> = {
  'passes everything on': session => new Proxy(session, {}),
  'binds its methods': session =>
    new Proxy(session, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }),
};

for (const [what, wrap] of Object.entries(wraps)) {
  onEachDriver(`sessions behind a proxy that ${what} are not leaks when they were ended`, async driver => {
    const { manager, guarded, findings } = await fixture(driver);
    for (const name of ['a', 'b', 'c']) {
      const session = wrap(manager.client.startSession());
      session.startTransaction();
      await guarded.items.insertOne({ _id: name }, { session });
      await session.commitTransaction();
      await session.endSession();
    }
    await manager.close();
    expect(findings).toEqual([]);
  });

  onEachDriver(`a write on a session behind a proxy that ${what} is waited for at its end`, async driver => {
    const { manager, guarded } = await fixture(driver);
    const session = wrap(manager.client.startSession());
    const insert = guarded.items.insertOne({ _id: 'late' }, { session });
    await session.endSession();
    expect(await guarded.items.countDocuments({ _id: 'late' })).toBe(1);
    await insert;
  });
}
