// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('server.mjs', import.meta.url));

/** Starts the stub server in a separate process. */
export async function startStub() {
  const child = fork(script, { execArgv: [] });
  const [{ address }] = await once(child, 'message');
  return {
    // One look at the server at connect is enough: later ones would fall into somebody's round.
    uri: `mongodb://${address}/?replicaSet=rs0&heartbeatFrequencyMS=600000&serverMonitoringMode=poll`,
    stop: () => child.disconnect(),
  };
}
