// @ts-check
import express from 'express';
import { CardDeclined } from './payments.mjs';

/**
 * @param {import('./types.d.ts').Host} host
 * @param {(host: import('./types.d.ts').Host) => import('express').Router} routes
 */
export function createApp(host, routes) {
  const app = express();
  app.use(host.middleware);
  app.use(express.json());
  app.use(routes(host));
  app.use(answerError);
  return app;
}

/**
 * @param {Error & { code?: unknown }} error
 * @param {import('express').Request} _req
 * @param {import('express').Response} res
 * @param {unknown} _next
 */
function answerError(error, _req, res, _next) {
  const { name, message, code } = error;
  res.status(error instanceof CardDeclined ? 402 : 500).json({ error: { name, message, code } });
}
