import type { RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import { httpServer } from './http-server.ts';

/** Serves an application until the test is over. @returns its URL */
export async function served(app: RequestListener): Promise<string> {
  const { url, close } = await httpServer(app);
  onTestFinished(close);
  return url;
}
