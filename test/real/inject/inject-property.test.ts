import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  nat,
  oneof,
  record,
  uniqueArray,
} from '../../support/properties.ts';
import type { Arbitrary } from '../../support/properties.ts';
import { expect } from 'vitest';
import { outsideTxn } from '../../../src/index.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { drops, puts, reads } from '../support/injection/steps.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import type { Item } from '../support/side.ts';
import { transientError } from '../support/transient-error.ts';

const mine = new Error('mine');
const runs = 100;

interface Step {
  /** `other`: on another client. Each place has documents of its own, so that none waits for another's transaction. */
  readonly where: 'inside' | 'outside' | 'other';
  readonly id: number;
  readonly how: { readonly put: string } | { readonly drop: string } | { readonly read: string };
}

interface Program {
  /** Those of a group run at once. */
  readonly groups: readonly { readonly joined: boolean; readonly steps: readonly Step[] }[];
  readonly attempts: number;
  readonly end: 'commit' | 'abort';
}

const step: Arbitrary<Step> = record({
  where: constantFrom('inside', 'inside', 'outside', 'other'),
  id: nat(3),
  how: oneof(
    record({ put: constantFrom(...Object.keys(puts)) }),
    record({ drop: constantFrom(...Object.keys(drops)) }),
    record({ read: constantFrom(...Object.keys(reads)) }),
  ),
});

const steps = uniqueArray(step, {
  minLength: 1,
  maxLength: 3,
  selector: ({ where, id }) => `${where}${id}`,
});

const program: Arbitrary<Program> = record({
  groups: array(record({ joined: boolean(), steps }), { minLength: 1, maxLength: 5 }),
  attempts: constantFrom(1, 1, 1, 2, 3),
  end: constantFrom('commit', 'abort'),
});

type Model = Map<string, number>;

/** The same program, on a map; it comes to the same however often it is begun. */
function expected({ groups, end }: Program): Model {
  const kept: Model = new Map();
  const inside: Model = new Map();
  for (const [n, { steps: atOnce }] of groups.entries()) {
    for (const one of atOnce) apply(one, one.where === 'inside' ? inside : kept, n);
  }
  return end === 'commit' ? new Map([...kept, ...inside]) : kept;
}

function apply({ where, id, how }: Step, model: Model, n: number): void {
  if ('put' in how) model.set(`${where} ${id}`, n);
  else if ('drop' in how) model.delete(`${where} ${id}`);
}

async function run(all: Fixture, one: Step, n: number): Promise<void> {
  const { guarded, plain } = all;
  const own = one.where === 'other' ? plain : guarded;
  const items = own.client.db(all.appName).collection<Item>('guarded');
  const id = `${one.where} ${one.id}`;
  const call = async () => {
    if ('put' in one.how) await puts[one.how.put]?.(items, id, n);
    else if ('drop' in one.how) await drops[one.how.drop]?.(items, id);
    else await reads[one.how.read]?.(items, { _id: { $regex: `^${one.where}` } });
  };
  await (one.where === 'outside' ? outsideTxn(call) : call());
}

async function execute(all: Fixture, { groups, attempts, end }: Program): Promise<unknown> {
  const { manager, driver } = all;
  const call = manager.withTxn(
    async (_session, { attempt }) => {
      for (const [n, { joined, steps: atOnce }] of groups.entries()) {
        const work = () => Promise.all(atOnce.map(one => run(all, one, n)));
        await (joined ? manager.withTxn(work) : work());
      }
      if (attempt < attempts) throw transientError(driver);
      if (end === 'abort') throw mine;
    },
    { inject: true },
  );
  return failureOf(call);
}

onEachDriver(
  'of any program, all that runs inside is rolled back or committed as one, and all else stays',
  async driver => {
    const all = await fixture(driver);
    const { admin, appName, findings } = all;
    await all.plain.client.connect();
    const stored = admin.db(appName).collection<Item>('guarded', { readConcern: { level: 'majority' } });
    await assert(
      asyncProperty(program, async tried => {
        await stored.deleteMany({}, { writeConcern: { w: 'majority' } });
        const failure = await execute(all, tried);
        expect(failure).toBe(tried.end === 'abort' ? mine : undefined);
        const left = new Map((await stored.find().toArray()).map(({ _id: id, n }) => [id, n]));
        expect(left).toEqual(expected(tried));
      }),
      { numRuns: runs },
    );
    expect(findings.filter(({ rule }) => rule !== 'parallel-in-transaction')).toEqual([]);
  },
);
