import express from 'express';
import Fastify from 'fastify';
import { expectTypeOf, it } from 'vitest';
import type { ConnectionManager, Finding } from '../../src/index.ts';
import { requestScope } from '../../src/services/express/index.ts';
import { sessionGuard } from '../../src/services/fastify/index.ts';
import { invocation } from '../../src/services/serverless/index.ts';

declare const manager: ConnectionManager;
declare const finding: Finding;

it('the middleware fits Express, and its options see the request', () => {
  express().use(requestScope());
  express().use(requestScope({ id: req => req.id, log: req => req.log, leftOpen: 'end' }));
  // @ts-expect-error there is no such option
  requestScope({ ids: () => 1 });
});

it('the plugin fits Fastify', async () => {
  await Fastify().register(sessionGuard, { manager });
  await Fastify().register(sessionGuard, { id: request => request.headers['x-request-id'] });
  // @ts-expect-error no manager
  await Fastify().register(sessionGuard, { manager: {} });
});

interface Order {
  readonly id: string;
}

function ofOther(event: { readonly other: number }) {
  return { id: String(event.other) };
}

it('the event of an invocation is that of its handler, or of the type that it is given to', () => {
  const handler = invocation(manager, async (event: Order, context: { readonly requestId: string }) =>
    Promise.resolve(event.id.length + context.requestId.length),
  );
  expectTypeOf(handler).toEqualTypeOf<
    (event: Order, context: { readonly requestId: string }) => Promise<number>
  >();
  // As with the types of a platform: `const handler: Handler<Order, string> = …`.
  const typed: (event: Order) => Promise<string> = invocation(manager, async event => {
    expectTypeOf(event).toEqualTypeOf<Order>();
    return Promise.resolve(event.id);
  });
  expectTypeOf(typed).returns.toEqualTypeOf<Promise<string>>();
  invocation(manager, (event: Order) => event.id, {
    about: event => {
      expectTypeOf(event).toEqualTypeOf<Order>();
      return { id: event.id };
    },
  });
  // @ts-expect-error the options do not decide what the event is
  invocation(manager, (event: Order) => event.id, { about: ofOther });
});

it('an invocation without arguments, as a server action, and one that returns no promise', () => {
  expectTypeOf(invocation(manager, () => 7)).toEqualTypeOf<() => Promise<number>>();
});

it('a finding has the context of its request', () => {
  expectTypeOf(finding.context?.route).toEqualTypeOf<string | undefined>();
  expectTypeOf(finding.at).toEqualTypeOf<number>();
});
