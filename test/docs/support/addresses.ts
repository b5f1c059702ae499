import { dynamoEndpoint, postgresUrl, redisUrl } from '../../setup/servers.ts';
import type { Block } from './blocks.ts';

const servers: Readonly<
  Record<string, { readonly variable: string; readonly address: () => Promise<string> }>
> = {
  redis: { variable: 'REDIS_URL', address: redisUrl },
  dynamodb: { variable: 'DYNAMODB_ENDPOINT', address: dynamoEndpoint },
  postgres: { variable: 'POSTGRES_URL', address: postgresUrl },
};

/** The variables of the servers that a block asks for, beside MongoDB, by a word after its language. */
export async function addressesFor({ flags }: Block): Promise<NodeJS.ProcessEnv> {
  const asked = flags.flatMap(flag => servers[flag] ?? []);
  const found = await Promise.all(asked.map(async ({ variable, address }) => [variable, await address()]));
  return Object.fromEntries(found) as NodeJS.ProcessEnv;
}
