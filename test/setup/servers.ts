import { inject } from 'vitest';

/** The replica set that all test files share: use a database of your own, and fail points with an `appName`. */
export function replicaSetUri(): string {
  return inject('replicaSetUri');
}

/** The server without transactions that all test files share. */
export function standaloneUri(): string {
  return inject('standaloneUri');
}

/** The Redis that all test files share: use a key prefix of your own, and neither FLUSHALL nor CONFIG SET. */
export function redisUrl(): Promise<string> {
  return ask('redis');
}

/** The Redis cluster of three masters that all test files share: a key prefix of your own, and no slot is moved. */
export async function redisClusterNodes(): Promise<
  readonly { readonly host: string; readonly port: number }[]
> {
  const nodes = (await ask('redis-cluster')).split(',').map(node => node.split(':'));
  return nodes.map(([host = '', port]) => ({ host, port: Number(port) }));
}

/** The DynamoDB Local that all test files share: use tables of your own; any region and credentials will do. */
export function dynamoEndpoint(): Promise<string> {
  return ask('dynamodb');
}

/** The PostgreSQL server that all test files share: use a schema of your own. */
export function postgresUrl(): Promise<string> {
  return ask('postgres');
}

/** The servers above are started when the first test file asks: do it in `beforeAll`. */
async function ask(server: string): Promise<string> {
  const response = await fetch(new URL(server, inject('serverDesk')));
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  return answer;
}
