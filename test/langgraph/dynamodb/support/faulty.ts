import { randomUUID } from 'node:crypto';
import { DynamoDBSaver, type DynamoDBSaverOptions } from '../../../../src/langgraph/dynamodb/index.ts';
import { dynamoEndpoint } from '../../../setup/servers.ts';
import { errorAnswer, type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { type Checkpoints, localClient, newTable } from './table.ts';

/** All the time that a busy machine takes. */
const timeoutMS = 60_000;

/** Two savers of the same threads: one sees faults. */
export interface Faulty {
  readonly table: Checkpoints;
  readonly proxy: FaultProxy;
  readonly saver: DynamoDBSaver;
  readonly plain: DynamoDBSaver;
  /** Another one that sees faults. */
  readonly hasty: (options: Partial<DynamoDBSaverOptions>) => DynamoDBSaver;
}

export async function startFaulty(keyPrefix: string = randomUUID()): Promise<Faulty> {
  const table = await newTable();
  const proxy = await startFaultProxy(await dynamoEndpoint());
  const client = await localClient({ endpoint: proxy.endpoint });
  const hasty: Faulty['hasty'] = options =>
    new DynamoDBSaver({ client, table: table.table, keyPrefix, ...options });
  const plain = table.saver({ keyPrefix, timeoutMS });
  return { table, proxy, saver: hasty({ timeoutMS }), plain, hasty };
}

/** So many of the requests of some operations fail, before the rest passes. */
export function first(count: number, operations: readonly string[], answer: Fault): Fault {
  let left = count;
  return request => {
    if (left === 0 || !operations.includes(request.operation)) return undefined;
    left -= 1;
    return answer(request);
  };
}

export const throttled: Fault = () => Promise.resolve(errorAnswer('ProvisionedThroughputExceededException'));

export function cancelled(code: string): Fault {
  return ({ input }) => {
    const { TransactItems: items } = input as { readonly TransactItems: readonly unknown[] };
    const reasons = items.map((_, at) => ({ Code: at === 0 ? code : 'None' }));
    return Promise.resolve(errorAnswer('TransactionCanceledException', { CancellationReasons: reasons }));
  };
}
