// @ts-check
import { startDynamoDB } from '../../../scripts/servers/dynamodb/dynamodb.mjs';

/**
 * @template R
 * @param {(endpoint: string) => Promise<R>} run
 * @returns {Promise<R>}
 */
export async function withDynamoDB(run) {
  const given = process.env['DYNAMODB_ENDPOINT'];
  if (given) return run(given);
  const server = await startDynamoDB();
  try {
    return await run(server.endpoint);
  } finally {
    await server.stop();
  }
}
