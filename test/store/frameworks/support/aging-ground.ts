import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type AuditEvent, type SessionStore, sessionStore } from '../../../../src/store/index.ts';
import { type AgingBackend, agingBackends } from './aging-backends.ts';
import { Browser } from './browser.ts';
import { type Framework, frameworks } from './ground.ts';
import type { App, AppOptions } from './visit.ts';

export interface Opened {
  readonly app: App;
  /** Another process, as it were, with the same sessions. */
  readonly another: () => Promise<App>;
  readonly browser: Browser;
  readonly sessions: SessionStore<object>;
  readonly events: AuditEvent[];
}

/** Applications on a server for which time passes in a moment. */
export interface AgingGround {
  readonly framework: Framework;
  readonly backend: string;
  /** It is closed when the test is over. */
  open(app: Omit<AppOptions, 'sessions'>): Promise<Opened>;
  pass(ms: number): Promise<unknown>;
}

/** Each framework on each back end. */
export const agingGrounds = (Object.keys(frameworks) as Framework[]).flatMap(framework =>
  Object.keys(agingBackends).map(backend => ({ framework, backend })),
);

export function agingGroundOf(framework: Framework, backend: string): AgingGround {
  let place: AgingBackend | undefined;
  beforeAll(async () => {
    place = await agingBackends[backend]?.();
  });
  afterAll(() => place?.close());
  return {
    framework,
    backend,
    async open(own) {
      if (place === undefined) throw new Error(`there is no back end '${backend}'`);
      const keys = { tag: [randomBytes(32)] };
      const sessions = sessionStore<object>(place.backend, { keys, timeoutMS: 60_000 });
      const another = async () => {
        const made = await frameworks[framework]({ ...own, sessions });
        onTestFinished(() => made.close());
        return made;
      };
      const app = await another();
      const events: AuditEvent[] = [];
      onTestFinished(sessions.onAudit(event => events.push(event)));
      return { app, another, browser: new Browser(app.url), sessions, events };
    },
    pass: async ms => place?.pass(ms),
  };
}
