import { expect } from 'vitest';
import { docsAddress } from '../../../src/errors/docs-address.ts';
import { SessionGuardError } from '../../../src/index.ts';
import { fixture } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf, type Outcome, outcomeOf } from '../support/outcome.ts';

const strict = { guard: { rules: 'strict' } } as const;

/** The error of a finding of severity `error`. */
const finding = (rule: string) => ({
  code: 'ERR_SESSION_GUARD_FINDING',
  rule,
  docs: docsAddress(`docs/rules/${rule}.md`),
});

onEachDriver(
  'a not-awaited operation rejects the transaction, which leaves nothing written and its session ended',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver, strict);
    let late: Promise<Outcome<unknown>> | undefined;
    const failure = await failureOf(
      manager.withTxn(async session => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        late = outcomeOf(guarded.items.insertOne({ _id: 'b' }, { session }));
      }),
    );
    expect(failure).toBeInstanceOf(SessionGuardError);
    expect(failure).toMatchObject(finding('unawaited-operation'));
    await late;
    expect(await guarded.ids()).toEqual([]);
    expect(manager.stats().sessionsOpen).toBe(0);
    expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['unawaited-operation', 'error'],
    ]);
  },
);

onEachDriver('an operation without the session is rejected before it is sent', async driver => {
  const { guarded, manager } = await fixture(driver, strict);
  const failure = await failureOf(
    manager.withTxn(async session => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      await guarded.items.insertOne({ _id: 'b' });
    }),
  );
  expect(failure).toMatchObject(finding('outside-transaction'));
  expect(await guarded.ids()).toEqual([]);
});

onEachDriver('a parallel operation is rejected, and the transaction with it', async driver => {
  const { guarded, manager } = await fixture(driver, strict);
  const call = manager.withTxn(session =>
    Promise.all(['a', 'b'].map(_id => guarded.items.insertOne({ _id }, { session }))),
  );
  expect(await failureOf(call)).toMatchObject({ code: 'ERR_SESSION_GUARD_FINDING' });
  expect(await guarded.ids()).toEqual([]);
  expect(manager.stats().sessionsOpen).toBe(0);
});

onEachDriver(
  '`endSession` with an operation in flight drains, ends the session and then rejects',
  async driver => {
    const { guarded, manager } = await fixture(driver, strict);
    const session = manager.startSession();
    const late = outcomeOf(guarded.items.insertOne({ _id: 'a' }, { session }));
    expect(await failureOf(session.endSession())).toMatchObject(finding('unawaited-operation'));
    expect(session.hasEnded).toBe(true);
    expect((await late).error).toBeUndefined();
  },
);

onEachDriver('a commit by hand with an operation in flight drains, aborts and then rejects', async driver => {
  const { guarded, manager } = await fixture(driver, strict);
  const session = manager.startSession();
  session.startTransaction();
  await guarded.items.insertOne({ _id: 'a' }, { session });
  const late = outcomeOf(guarded.items.insertOne({ _id: 'b' }, { session }));
  expect(await failureOf(session.commitTransaction())).toMatchObject(finding('unawaited-operation'));
  await late;
  await session.endSession();
  expect(await guarded.ids()).toEqual([]);
});

onEachDriver('an open cursor rejects the transaction', async driver => {
  const { guarded, manager } = await fixture(driver, strict);
  await guarded.items.insertMany([{ _id: '1' }, { _id: '2' }, { _id: '3' }]);
  const call = manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await guarded.items.find({}, { session, batchSize: 1 }).next();
  });
  expect(await failureOf(call)).toMatchObject(finding('open-cursor'));
  expect(await guarded.ids()).toEqual(['1', '2', '3']);
  expect(manager.stats().sessionsOpen).toBe(0);
});

onEachDriver('`close` in use waits, closes and then rejects', async driver => {
  const { guarded, manager } = await fixture(driver, strict);
  await guarded.client.connect();
  const late = outcomeOf(guarded.items.insertOne({ _id: 'a' }));
  expect(await failureOf(manager.close())).toMatchObject(finding('client-closed-in-use'));
  expect((await late).error).toBeUndefined();
  expect(await guarded.ids()).toEqual(['a']);
});

onEachDriver('an operation on an ended session and a session of another client are refused', async driver => {
  const { guarded, plain, manager } = await fixture(driver, strict);
  const ended = manager.startSession();
  await ended.endSession();
  expect(await failureOf(guarded.items.insertOne({ _id: 'a' }, { session: ended }))).toBeDefined();
  const session = manager.startSession();
  expect(await failureOf(plain.items.insertOne({ _id: 'b' }, { session }))).toMatchObject(
    finding('wrong-client'),
  );
  await session.endSession();
  expect([await guarded.ids(), await plain.ids()]).toEqual([[], []]);
});

onEachDriver('a correct program is not disturbed', async driver => {
  const { guarded, manager, findings } = await fixture(driver, strict);
  await manager.withTxn(session => guarded.items.insertOne({ _id: 'a' }, { session }));
  expect(await guarded.ids()).toEqual(['a']);
  expect(findings).toEqual([]);
});

onEachDriver('a suspicious finding stays a warning', async driver => {
  const { manager, guarded, findings } = await fixture(driver, strict);
  await guarded.client.connect();
  const session = manager.startSession();
  session.startTransaction();
  expect(codeOf(await failureOf(manager.close()))).toBeUndefined();
  expect(findings.map(({ rule, severity }) => [rule, severity])).toEqual([['session-leak', 'warn']]);
});
