import type { SessionGuardError } from '../../../../src/errors/errors.ts';
import type { FrameworkStoreOptions } from '../../../../src/store/framework/framework-options.ts';
import type { LogInOptions } from '../../../../src/store/framework/log-in-request.ts';
import type { SessionStore } from '../../../../src/store/index.ts';

/** One request with its session, whatever the framework. */
export interface Visit {
  readonly session: Record<string, unknown> & {
    cookie: { maxAge?: number; originalMaxAge?: number | null; expires?: Date };
  };
  readonly id: string;
  readonly handle: string | undefined;
  readonly agent: string;
  save(): Promise<void>;
  regenerate(): Promise<void>;
  reload(): Promise<void>;
  destroy(): Promise<void>;
  logIn(user: string, options?: LogInOptions): Promise<void>;
}

/** What an application answers on each path. */
export type Routes = Readonly<Record<string, (visit: Visit) => Promise<unknown>>>;

export interface AppOptions {
  readonly sessions: SessionStore<object>;
  readonly routes: Routes;
  readonly store?: FrameworkStoreOptions<never>;
  readonly maxAge?: number;
}

export interface App {
  readonly url: string;
  /** Events of the store, by their names. */
  readonly events: { readonly name: string; readonly event: unknown }[];
  close(): Promise<void>;
}

/** Errors are answered with their code, so that a test sees them. */
export function codeOf(error: unknown): string {
  return (error as Partial<SessionGuardError>).code ?? String(error);
}

export const events = ['sessionEnded', 'userChanged', 'refreshFailed', 'disconnect'];
