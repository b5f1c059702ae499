import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type SessionStore, sessionStore, type SessionStoreOptions } from '../../../../src/store/index.ts';
import { type OpenBackend, backends } from './backends.ts';
import { Browser } from './browser.ts';
import { expressApp } from './express-app.ts';
import { fastifyApp } from './fastify-app.ts';
import type { App, AppOptions } from './visit.ts';

export const frameworks = { 'express-session': expressApp, '@fastify/session': fastifyApp };
export type Framework = keyof typeof frameworks;

/** Each framework on each back end. */
export const grounds = (Object.keys(frameworks) as Framework[]).flatMap(framework =>
  Object.keys(backends).map(backend => ({ framework, backend })),
);

type Wanted = Omit<AppOptions, 'sessions'> & { readonly sessionOptions?: Partial<SessionStoreOptions> };

export interface Ground {
  sessions(options?: Partial<SessionStoreOptions>): SessionStore<object>;
  /** An application and a browser; it is closed when the test is over. */
  open(app: Wanted): Promise<{ app: App; browser: Browser; sessions: SessionStore<object> }>;
}

export function groundOf(framework: Framework, backend: string): Ground {
  const keys = { tag: [randomBytes(32)] };
  let open: OpenBackend | undefined;
  beforeAll(async () => {
    open = await backends[backend]?.();
  });
  afterAll(() => open?.close());
  const sessions = (options: Partial<SessionStoreOptions> = {}) => {
    if (open === undefined) throw new Error(`there is no back end '${backend}'`);
    return sessionStore<object>(open.backend, { keys, timeoutMS: 60_000, ...options });
  };
  return {
    sessions,
    async open({ sessionOptions, ...wanted }) {
      const own = sessions(sessionOptions);
      const app = await frameworks[framework]({ ...wanted, sessions: own });
      onTestFinished(() => app.close());
      return { app, browser: new Browser(app.url), sessions: own };
    },
  };
}

/** Many at once, but no more than a server has connections for. */
export async function races(times: number, race: (index: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < times; from += 25)
    await Promise.all(Array.from({ length: Math.min(25, times - from) }, (_, n) => race(from + n)));
}
