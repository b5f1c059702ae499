import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
// @ts-expect-error The types of Express are those of version 5.
import express4 from 'express4';
import Fastify from 'fastify';
import { onTestFinished } from 'vitest';
import { served } from '../../support/served.ts';
import { requestScope } from '../../../src/services/express/index.ts';
import { sessionGuard } from '../../../src/services/fastify/index.ts';

/** What an application of a test does with a request. */
export type Handler = (request: {
  readonly body: unknown;
  readonly raw: IncomingMessage;
  readonly reply: ServerResponse;
}) => Promise<unknown>;

export interface AppOptions {
  readonly leftOpen?: 'report' | 'end';
  readonly log?: () => unknown;
}

export interface App {
  readonly name: string;
  /** Serves `POST /shops/:shop/orders`, with a JSON body, or none, that is read before the handler. */
  readonly serve: (handler: Handler, options?: AppOptions) => Promise<string>;
}

const idOf = ({ headers }: { readonly headers: IncomingMessage['headers'] }) => headers['x-request-id'];

function onExpress(name: string, module: typeof express): App {
  return {
    name,
    async serve(handler, options) {
      const app = module();
      app.use(requestScope({ id: idOf, ...options }));
      app.use(module.json());
      const router = module.Router();
      router.post('/:shop/orders', (req, res, next) => {
        handler({ body: req.body, raw: req, reply: res }).then(answer => res.json(answer), next);
      });
      app.use('/shops', router);
      return served(app);
    },
  };
}

const onFastify: App = {
  name: 'Fastify 5',
  async serve(handler, options) {
    const app = Fastify({ forceCloseConnections: true });
    await app.register(sessionGuard, { id: idOf, ...options });
    app.post('/shops/:shop/orders', async ({ body, raw }, reply) => {
      return handler({ body, raw, reply: reply.raw });
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => app.close());
    return url;
  },
};

export const frameworks: readonly App[] = [
  onExpress('Express 5', express),
  onExpress('Express 4', express4),
  onFastify,
];

export function order(url: string, id: string): Promise<Response> {
  return fetch(`${url}/shops/tea-42/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': id },
    body: JSON.stringify({ sku: 'tea' }),
  });
}
