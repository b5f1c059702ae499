import express from 'express';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/index.ts';
import { noticeListeners } from '../../src/platform/notices.ts';
import { requestScope, type ScopedRequest } from '../../src/services/express/index.ts';
import type { RequestOptions } from '../../src/services/request-options.ts';
import { invocation } from '../../src/services/serverless/index.ts';
import { served } from '../support/served.ts';
import { openShop } from './support/shop.ts';

const soon = { rules: { 'session-leak': ['warn', { warnAfterMS: 1 }] } } as const;

function fail(): never {
  throw new TypeError('no such header');
}

/** What the guard says of itself while `run` runs. */
async function noticesOf(run: () => Promise<unknown>): Promise<string[]> {
  const heard: string[] = [];
  const hear = (code: string, message: string) => heard.push(`${code} ${message}`);
  noticeListeners.add(hear);
  try {
    await run();
  } finally {
    noticeListeners.delete(hear);
  }
  return heard;
}

/** A request that leaves a session open, and the finding about it. */
async function leak(options: RequestOptions<ScopedRequest>): Promise<Finding> {
  const { manager, orders, found } = await openShop(soon);
  const app = express();
  app.use(requestScope(options));
  app.get('/orders/:id', async (_request, response) => {
    await orders.findOne({}, { session: manager.startSession() });
    response.json('left');
  });
  const answer = await fetch(`${await served(app)}/orders/7`);
  expect(answer.status).toBe(200);
  return found('session-leak');
}

const known = { id: 'request-1', method: 'GET', route: '/orders/:id', startedAt: expect.any(Number) };

test.each([
  { name: 'id', missing: { id: expect.stringMatching(/^\d+$/) } },
  { name: 'route', missing: { route: undefined } },
  { name: 'log', missing: {} },
])(
  "a function '$name' of `requestScope` that throws is named, and the rest is known",
  async ({ name, missing }) => {
    let finding: Finding | undefined;
    const heard = await noticesOf(async () => {
      finding = await leak({ id: () => 'request-1', [name]: fail });
    });
    expect(heard).toEqual([
      `SESSION_GUARD_CALLBACK_FAILED The function '${name}' of requestScope has thrown: findings go without its answer. (TypeError; see the cause of this warning)`,
    ]);
    expect({ route: undefined, ...finding?.context }).toEqual({ ...known, ...missing });
  },
);

test("an async function 'id' that is rejected is named, and nothing is rejected without a handler", async () => {
  const heard = await noticesOf(() => leak({ id: () => Promise.reject(new RangeError('too late')) }));
  expect(heard.join()).toContain("The function 'id' of requestScope has thrown");
});

test("a function 'about' of `invocation` that throws is named, and the platform's answer stays", async () => {
  const { manager, findings } = await openShop();
  const leave = async (_event: object, _context: object) => void manager.startSession();
  const handler = invocation(manager, leave, { about: fail });
  const heard = await noticesOf(() => handler({ httpMethod: 'POST' }, { awsRequestId: 'request-7' }));
  expect(heard.join()).toContain("The function 'about' of invocation has thrown");
  expect(findings).toMatchObject([{ rule: 'session-leak', context: { id: 'request-7', method: 'POST' } }]);
});

test("a function 'about' of `invocation` that returns null hides no answer of the platform", async () => {
  const { manager, findings } = await openShop();
  const leave = async (_event: object, _context: object) => void manager.startSession();
  const handler = invocation(manager, leave, { about: () => null as never });
  const heard = await noticesOf(() => handler({ httpMethod: 'POST' }, { awsRequestId: 'request-8' }));
  expect(heard).toEqual([]);
  expect(findings).toMatchObject([{ rule: 'session-leak', context: { id: 'request-8', method: 'POST' } }]);
});
