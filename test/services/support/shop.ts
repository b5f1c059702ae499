import { randomBytes } from 'node:crypto';
import { type Collection, MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import { ConnectionManager, type ConnectionManagerOptions, type Finding } from '../../../src/index.ts';
import { silenceWarnings } from '../../real/support/silent-warnings.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { patientRules } from '../../support/patient-rules.ts';

silenceWarnings();

export interface Shop {
  readonly manager: ConnectionManager;
  readonly orders: Collection<{ _id: string; sku?: string }>;
  readonly findings: readonly Finding[];
  /** The first finding of a rule, made or still to come. */
  readonly found: (rule: Finding['rule']) => Promise<Finding>;
}

/** A database of its own on the shared replica set. */
export function shopUri(): string {
  const uri = new URL(replicaSetUri());
  uri.pathname = `/shop_${randomBytes(6).toString('hex')}`;
  return uri.href;
}

/** A manager on a database of its own. */
export async function openShop(options: ConnectionManagerOptions = {}): Promise<Shop> {
  const findings: Finding[] = [];
  const waiting: ((finding: Finding) => void)[] = [];
  const uri = shopUri();
  const { client, ...others } = options;
  const manager = ConnectionManager.adopt(new MongoClient(uri, client), {
    console: false,
    ...others,
    rules: patientRules(others.rules),
    onFinding(finding) {
      findings.push(finding);
      for (const hear of waiting) hear(finding);
    },
  });
  onTestFinished(async () => {
    await manager.close({ graceMS: 0 });
    const cleaner = new MongoClient(uri);
    await cleaner.db().dropDatabase();
    await cleaner.close();
  });
  const orders = manager.db().collection<{ _id: string; sku?: string }>('orders');
  await orders.insertOne({ _id: 'order-0' });
  const found = (rule: Finding['rule']) =>
    new Promise<Finding>(resolve => {
      const hear = (finding: Finding) => {
        if (finding.rule === rule) resolve(finding);
      };
      waiting.push(hear);
      for (const finding of findings) hear(finding);
    });
  return { manager, orders, findings, found };
}
