import { once } from 'node:events';
import type { FailCommand } from '../fail-point.ts';
import type { Cluster } from './cluster.ts';
import type { Random } from './random.ts';

/** What a fault may do while the workers run. */
export interface Scene {
  readonly cluster: Cluster;
  readonly random: Random;
  /** The name of the client whose commands fail points are for. */
  readonly appName: string;
  /** Waits until the workers have completed so many more calls. */
  readonly more: (calls: number) => Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** Breaks something and heals it again. The workers run all the time. */
  readonly strike: (scene: Scene) => Promise<void>;
}

const transient = ['TransientTransactionError'];

/** One command of the workers fails, once. */
function failing(name: string, data: FailCommand): Fault {
  return {
    name,
    strike: async ({ cluster, appName, more }) => {
      const mode = { times: 1 };
      const wanted = { ...data, appName };
      await cluster.everywhere({ configureFailPoint: 'failCommand', mode, data: wanted });
      await more(20);
      await cluster.everywhere({ configureFailPoint: 'failCommand', mode: 'off' });
    },
  };
}

const notMajority = { code: 64, codeName: 'WriteConcernFailed', errmsg: 'waiting for replication timed out' };

const onCommands: readonly Fault[] = [
  failing('connections cut at insert', { failCommands: ['insert'], closeConnection: true }),
  failing('connections cut at update', { failCommands: ['update'], closeConnection: true }),
  failing('connections cut before a commit', { failCommands: ['commitTransaction'], closeConnection: true }),
  failing('connections cut at abort', { failCommands: ['abortTransaction'], closeConnection: true }),
  failing('connections cut at find', { failCommands: ['find'], closeConnection: true }),
  failing('connections cut at getMore', { failCommands: ['getMore'], closeConnection: true }),
  failing('connections cut at findAndModify', { failCommands: ['findAndModify'], closeConnection: true }),
  failing('NoSuchTransaction', { failCommands: ['update'], errorCode: 251, errorLabels: transient }),
  failing('WriteConflict', { failCommands: ['update'], errorCode: 112, errorLabels: transient }),
  failing('LockTimeout', { failCommands: ['update'], errorCode: 24, errorLabels: transient }),
  // The commit is applied, and its answer says that nobody knows whether it will stay.
  failing('WriteConcernError after a commit', {
    failCommands: ['commitTransaction'],
    writeConcernError: notMajority,
  }),
  failing('a commit that is interrupted', { failCommands: ['commitTransaction'], errorCode: 11_602 }),
];

const onMembers: readonly Fault[] = [
  {
    name: 'the primary steps down',
    strike: async ({ cluster, more }) => {
      const command = { replSetStepDown: 10, secondaryCatchUpPeriodSecs: 5, force: true };
      await cluster.looker.db('admin').command(command);
      await more(20);
    },
  },
  {
    name: 'the primary is killed',
    strike: async ({ cluster, more }) => {
      const primary = await cluster.primary();
      await primary.kill();
      await more(20);
      await primary.restart();
      await cluster.healed();
    },
  },
  {
    name: 'the primary is killed and restarted at once',
    strike: async ({ cluster, more }) => {
      const primary = await cluster.primary();
      await primary.kill();
      await primary.restart();
      await more(20);
      await cluster.healed();
    },
  },
  {
    name: 'the primary is frozen',
    strike: async ({ cluster, more }) => {
      const primary = await cluster.primary();
      primary.pause();
      // What was sent to it waits for it: only who comes later finds the next primary.
      await otherPrimary(cluster, primary.port);
      primary.resume();
      await more(20);
      await cluster.healed();
    },
  },
  {
    name: 'a secondary is killed',
    strike: async ({ cluster, random, more }) => {
      const secondary = (await cluster.secondaries())[random.below(2)];
      await secondary?.kill();
      await more(20);
      await secondary?.restart();
      await cluster.healed();
    },
  },
  {
    name: 'two members are killed and come back',
    strike: async ({ cluster, more }) => {
      const [first] = await cluster.secondaries();
      const killed = [await cluster.primary(), ...(first === undefined ? [] : [first])];
      await Promise.all(killed.map(member => member.kill()));
      await Promise.all(killed.map(member => member.restart()));
      await more(20);
      await cluster.healed();
    },
  },
];

const hourMS = 3_600_000;

/** The clock of the computer is set forward, and then back to before it was. */
const clockJumps: Fault = {
  name: 'the clock jumps an hour forward and two back',
  strike: async ({ more }) => {
    const { now } = Date;
    try {
      Date.now = () => now() + hourMS;
      await more(20);
      Date.now = () => now() - hourMS;
      await more(20);
    } finally {
      Date.now = now;
    }
  },
};

/** Waits until another member than that on `port` says that it is the primary. */
async function otherPrimary({ looker }: Cluster, port: number): Promise<void> {
  for (;;) {
    const [event] = await once(looker, 'serverDescriptionChanged');
    const { address, newDescription } = event as ServerChange;
    if (newDescription.type === 'RSPrimary' && !address.endsWith(`:${port}`)) return;
  }
}

interface ServerChange {
  readonly address: string;
  readonly newDescription: { readonly type: string };
}

export const faults: readonly Fault[] = [...onCommands, ...onMembers, clockJumps];
