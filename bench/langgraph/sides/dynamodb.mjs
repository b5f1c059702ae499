// @ts-check
/** For DynamoDB Local. */
export const clientConfig = {
  endpoint: process.env['DYNAMODB_ENDPOINT'] ?? '',
  region: 'local',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** DynamoDB Local names 4 units for each KB that a transaction writes; DynamoDB takes 2, by its documentation. */
const LOCAL_TRANSACTIONS = 2;

/**
 * Counts the requests of a client, and the capacity that the answers name.
 *
 * @param {{ middlewareStack: { add: Function } }} client
 * @returns {import('./side.d.ts').Counts}
 */
export function countRequests({ middlewareStack }) {
  const counts = { requests: 0, readUnits: 0, writeUnits: 0 };
  middlewareStack.add(
    (/** @type {Function} */ next) => async (/** @type {any} */ args) => {
      args.input.ReturnConsumedCapacity = 'TOTAL';
      return next(args);
    },
    { step: 'initialize', priority: 'high' },
  );
  middlewareStack.add(
    (/** @type {Function} */ next, /** @type {any} */ context) => async (/** @type {any} */ args) => {
      const result = await next(args);
      const units = [result.output.ConsumedCapacity ?? []].flat();
      const named = units.reduce((sum, each) => sum + (each.CapacityUnits ?? 0), 0);
      const total = context.commandName === 'TransactWriteItemsCommand' ? named / LOCAL_TRANSACTIONS : named;
      counts.requests += 1;
      counts[/Get|Query|Scan/.test(context.commandName) ? 'readUnits' : 'writeUnits'] += total;
      return result;
    },
    { step: 'serialize', priority: 'high' },
  );
  return counts;
}
