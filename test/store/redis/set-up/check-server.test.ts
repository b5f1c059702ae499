import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { noticeListeners } from '../../../../src/platform/notices.ts';
import { checkRedisOptions } from '../../../../src/store/redis/options.ts';
import type { Command, RedisPort } from '../../../../src/store/redis/port/redis-port.ts';
import { checkServers } from '../../../../src/store/redis/set-up/check-server.ts';

const call = { signal: new AbortController().signal };

type Answers = (command: Command) => unknown;

/** What a script that looks for commands says where all is there. */
const fine: Answers = ([name]) => (name === 'EVAL' ? [] : new Error(`ERR unknown command '${name}'`));

const lackingPXAT: Answers = command =>
  command[1]?.includes('lacking') === true ? ['SET with PXAT'] : fine(command);

const noScripts: Answers = () => new Error('ERR unknown command');

const configSaysSo: Answers = command =>
  command[0] === 'CONFIG' ? ['maxmemory-policy', 'volatile-ttl'] : fine(command);

const hasAllSlots: Answers = command => (command[0] === 'EXISTS' ? '0' : fine(command));

const hasSomeSlots: Answers = ([name, key = '']) =>
  name === 'EXISTS' && key.includes('3') ? new Error('MOVED 7000 10.0.0.1:6379') : '0';

/** Servers that nobody has here: managed ones, and old ones. */
function serversThatSay(infos: readonly string[], answers: Answers = fine, isCluster = false): RedisPort {
  const answered = async (command: Command): Promise<unknown> => {
    const answer = command[0] === 'INFO' ? infos[0] : answers(command);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return {
    isCluster,
    ready: () => undefined,
    send: (_, command) => answered(command),
    sendTogether: () => Promise.reject(new Error('not asked')),
    sendToAll: async command =>
      command[0] === 'INFO' ? infos : Promise.all(infos.map(() => answered(command))),
  };
}

const good = 'redis_version:7.0.0\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n';

function checked(port: RedisPort, options = {}) {
  return checkServers(port, checkRedisOptions(options), call);
}

const notices: string[] = [];
const listener = (code: string): number => notices.push(code);
afterEach(() => {
  notices.length = 0;
});

describe('A version', () => {
  test.each(['7.0.0', '7.4.1', '8.2.0', '10.0.0'])('%s is taken.', async version => {
    const port = serversThatSay([good.replace('7.0.0', version)], command =>
      command[1]?.includes('lacking') === true ? ['not asked'] : fine(command),
    );
    await expect(checked(port)).resolves.toEqual({ isSlotted: false });
  });

  test.each(['6.2.14', '6.3.4', '5.0', ''])(
    '%j is taken where the server has what is needed.',
    async version => {
      await expect(checked(serversThatSay([good, good.replace('7.0.0', version)]))).resolves.toBeDefined();
    },
  );

  test.each(['6.0.16', ''])('%j is refused with what the server lacks.', async version => {
    const port = serversThatSay([good.replace('7.0.0', version)], lackingPXAT);
    await expect(checked(port)).rejects.toThrow(/need Redis 7 or later, or.*lacks SET with PXAT\./);
  });

  test('is refused where the server runs no such script.', async () => {
    const port = serversThatSay([good.replace('7.0.0', '6.2.0')], noScripts);
    await expect(checked(port)).rejects.toThrow(/scripts cannot do what is needed/);
  });
});

describe('A server that removes keys', () => {
  const evicting = good.replace('noeviction', 'allkeys-lru');

  test('and forbids CONFIG is to be set in its parameter group.', async () => {
    const port = serversThatSay([evicting]);
    await expect(checked(port)).rejects.toThrow(/allkeys-lru.*forbids CONFIG.*parameter group/);
    await expect(checked(port, { allowEviction: true })).resolves.toBeDefined();
  });

  test('is found out by CONFIG where INFO does not say.', async () => {
    const port = serversThatSay(['role:master'], configSaysSo);
    await expect(checked(port)).rejects.toThrow(/volatile-ttl.*CONFIG SET maxmemory-policy noeviction/);
  });

  test('is found out where it has a mode for it.', async () => {
    await expect(checked(serversThatSay(['redis_version:7.4.0\r\ncache_mode:cache']))).rejects.toThrow(
      /removes keys/,
    );
    await expect(checked(serversThatSay(['redis_version:7.4.0\r\ncache_mode:store']))).resolves.toBeDefined();
  });

  test('or does not say whether it does is accepted with a warning.', async () => {
    noticeListeners.add(listener);
    onTestFinished(() => void noticeListeners.delete(listener));
    await expect(checked(serversThatSay(['redis_version:6.2.6']))).resolves.toBeDefined();
    expect(notices).toEqual(['SESSION_GUARD_EVICTION_UNKNOWN']);
  });
});

test.each(['slave', 'replica'])('A server that says that it is a %s is refused.', async role => {
  const port = serversThatSay([good.replace('master', role)]);
  await expect(checked(port)).rejects.toThrow(/connected to a replica/);
});

describe('A server in cluster mode', () => {
  const inCluster = `${good}redis_mode:cluster\r\n`;

  test('serves a plain client where it has all slots.', async () => {
    await expect(checked(serversThatSay([inCluster], hasAllSlots))).resolves.toEqual({ isSlotted: true });
  });

  test('is refused to a plain client where it is one of several.', async () => {
    await expect(checked(serversThatSay([inCluster], hasSomeSlots))).rejects.toThrow(
      /one of a cluster.*createCluster/,
    );
  });
});
