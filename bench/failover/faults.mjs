// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {Awaited<ReturnType<typeof import('../../scripts/servers/mongodb/replica-set.mjs').startReplicaSet>>} Server */
/** @typedef {import('mongodb').MongoClient} Client */

/** How long a primary is frozen, in milliseconds: the others elect another one. */
const FROZEN_MS = 8000;

/**
 * Waits until all members are there.
 *
 * @param {Server} server
 * @param {Client} looker
 */
export async function primaryOf(server, looker) {
  for (;;) {
    const status = await looker
      .db('admin')
      .command({ replSetGetStatus: 1 })
      .catch(() => ({ members: [] }));
    const states = /** @type {{ stateStr: string, name: string }[]} */ (status['members']);
    const primary = states.find(({ stateStr }) => stateStr === 'PRIMARY');
    const isWhole =
      states.filter(({ stateStr }) => stateStr === 'SECONDARY').length === server.members.length - 1;
    const found = server.members.find(({ port }) => primary?.name.endsWith(`:${port}`));
    if (isWhole && found !== undefined) return found;
    await sleep(100);
  }
}

/** @type {Readonly<Record<string, (server: Server, looker: Client) => Promise<void>>>} */
export const FAULTS = {
  killed: async (server, looker) => {
    const primary = await primaryOf(server, looker);
    await primary.kill();
    await sleep(1000);
    await primary.restart();
  },
  frozen: async (server, looker) => {
    const primary = await primaryOf(server, looker);
    primary.pause();
    await sleep(FROZEN_MS);
    primary.resume();
  },
  'stepped down': async (_, looker) => {
    await looker.db('admin').command({ replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5, force: true });
  },
};
