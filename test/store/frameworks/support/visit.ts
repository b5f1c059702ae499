import type { SessionGuardError } from '../../../../src/errors/errors.ts';
import type { FrameworkStoreOptions } from '../../../../src/store/frameworks/shared/framework-options.ts';
import type { LogInOptions } from '../../../../src/store/frameworks/log-in/check-log-in.ts';
import type { RenewalOptions } from '../../../../src/store/frameworks/session/renew-id.ts';
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
  confirmAuthentication(): Promise<void>;
  /** In seconds. */
  readonly authenticationAge: number | undefined;
}

/** What an application answers on each path. */
export type Routes = Readonly<Record<string, (visit: Visit) => Promise<unknown>>>;

export interface AppOptions {
  readonly sessions: SessionStore<object>;
  readonly routes: Routes;
  readonly store?: FrameworkStoreOptions<never>;
  readonly maxAge?: number;
  /** Ids are renewed by their age. */
  readonly renewIds?: RenewalOptions;
  /** Routes under `/recent` want the user to have proven within so many seconds who they are. */
  readonly withinSeconds?: number;
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

/** That of the package's errors for who is not let in; all others are 500, as the tests have them. */
export function statusOf(error: unknown): number {
  const asks = ['ERR_SESSION_GUARD_STORE_NOT_LOGGED_IN', 'ERR_SESSION_GUARD_STORE_REAUTHENTICATE'];
  return asks.includes(codeOf(error)) ? ((error as Partial<SessionGuardError>).statusCode ?? 500) : 500;
}

export const events = ['sessionEnded', 'userChanged', 'refreshFailed', 'disconnect'];
