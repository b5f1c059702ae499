import { expect, vi } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { outcomeOf } from '../support/outcome.ts';

const places = (findings: readonly { readonly rule: string; readonly place?: { readonly file: string } }[]) =>
  findings.map(({ rule, place }) => [rule, place?.file]);

onEachDriver(
  'in production an operation that withSession leaves behind is reported with its place at once',
  async driver => {
    vi.stubEnv('NODE_ENV', 'production');
    const { guarded, findings } = await fixture(driver);
    let late: Promise<unknown> | undefined;
    await guarded.client.withSession(async session => {
      late = outcomeOf(guarded.items.insertOne({ _id: 'late' }, { session }));
    });
    await late;
    expect(places(findings)).toEqual([['unawaited-operation', import.meta.filename]]);
    vi.unstubAllEnvs();
  },
);

onEachDriver(
  'in production a finding about a session of withSession has its place from the second occurrence on',
  async driver => {
    vi.stubEnv('NODE_ENV', 'production');
    const guard = { rules: { 'unneeded-session': 'warn' } } as const;
    const { guarded, findings } = await fixture(driver, { guard });
    for (const _ of ['first', 'second'])
      await guarded.client.withSession(session => guarded.items.findOne({}, { session }));
    expect(places(findings)).toEqual([
      ['unneeded-session', undefined],
      ['unneeded-session', import.meta.filename],
    ]);
    vi.unstubAllEnvs();
  },
);

onEachDriver('in production a session that is started by hand has its place at once', async driver => {
  vi.stubEnv('NODE_ENV', 'production');
  const guard = { rules: { 'unneeded-session': 'warn' } } as const;
  const { guarded, findings } = await fixture(driver, { guard });
  const session = guarded.client.startSession();
  await guarded.items.findOne({}, { session });
  await session.endSession();
  expect(places(findings)).toEqual([['unneeded-session', import.meta.filename]]);
  vi.unstubAllEnvs();
});
