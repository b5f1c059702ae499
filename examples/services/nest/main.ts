// A shop with NestJS: transactions by a decorator, each request a scope, findings in Nest's log, and a SIGTERM that loses nothing.

import { NestFactory } from '@nestjs/core';
import { ConnectionManager, gracefulStop } from 'session-guard';
import { AppModule } from './app.module.js';

const { PORT = '3000', GRACE_MS = '8000' } = process.env;

async function start(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  await app.listen(PORT, '127.0.0.1');
  gracefulStop(app, app.get(ConnectionManager), { graceMS: Number(GRACE_MS) });
  console.log('listens', new URL(await app.getUrl()).port);
}

void start();
