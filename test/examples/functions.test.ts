import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { platforms } from '../services/support/function-platforms.ts';
import { replicaSetUri } from '../setup/servers.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/** Longer than the pause after which `invocation` asks the server. */
const longPauseMS = 5500;

/** It needs `npm run build`. */
test.each(platforms)(
  'the example for $name serves a call after its process was frozen, and its connections were lost',
  async ({ example, start }) => {
    const proxy = await startTcpProxy(Number(new URL(replicaSetUri()).port));
    onTestFinished(proxy.close);
    const file = fileURLToPath(new URL(`../../examples/services/${example}`, import.meta.url));
    const { post, orders, complaints } = await start(file, proxy.port);
    expect(await post({ id: 'order-1', sku: 'tea' })).toMatchObject({ statusCode: 201 });
    expect(await post({ id: 7 })).toEqual({ statusCode: 400, body: { error: 'id, sku' } });
    await setTimeout(longPauseMS);
    await proxy.setMode('refuse');
    await proxy.setMode('pass');
    expect(await post({ id: 'order-2', sku: 'tea' })).toMatchObject({ statusCode: 201 });
    // A call that is sent again does its work once.
    expect(await post({ id: 'order-2', sku: 'tea' })).toMatchObject({ statusCode: 201 });
    expect(await orders.distinct('_id')).toEqual(['order-1', 'order-2']);
    expect(complaints.join('')).toBe('');
  },
);
