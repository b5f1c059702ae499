import type { MongoClient } from 'mongodb';
import { ConnectionManager } from '../../guard/manager/connection-manager.ts';
import { invalidArgument } from '../../errors/errors.ts';
import { checkOptions } from '../../platform/options/check-options.ts';
import { aBoolean, isObject, wholeAtLeast } from '../../platform/options/checks.ts';

/** What is traced of a client. */
export interface TracingOptions {
  /**
   * Whether its operations and commands are traced. Undefined: as `OTEL_NODE_INSTRUMENTATION_MONGODB_ENABLED` says, and
   * without that variable, true.
   */
  readonly enabled?: boolean | undefined;
  /**
   * How many characters of a command are written as `db.query.text`, and of error messages; they may have document content.
   * Undefined: as `OTEL_NODE_INSTRUMENTATION_MONGODB_QUERY_TEXT_MAX_LENGTH` says.
   * @default 0 (neither is written)
   */
  readonly queryTextMaxLength?: number | undefined;
}

/** The options of a client with the environment's and the defaults. */
export interface Tracing {
  readonly enabled: boolean;
  readonly queryTextMaxLength: number;
}

const checks = { enabled: aBoolean, queryTextMaxLength: wholeAtLeast(0, 'characters') };

export function checkTracing(options: TracingOptions, call: string): void {
  checkOptions(options, call, checks);
}

const byClient = new WeakMap<MongoClient, TracingOptions>();

/**
 * The tracing of one client; it holds against the environment and against the options of `traceMongo`. Call it before the
 * client's first operation.
 * @throws SessionGuardError for an option that cannot work
 * @example
 * ```ts
 * import { setTracing } from 'session-guard/otel';
 *
 * setTracing(mongo, { enabled: false });
 * ```
 */
export function setTracing(client: ConnectionManager | MongoClient, options: TracingOptions): void {
  checkTracing(options, 'setTracing');
  const found: unknown = client instanceof ConnectionManager ? client.client : client;
  if (!isObject(found) || !('startSession' in found))
    throw invalidArgument('setTracing takes a ConnectionManager or a MongoClient.');
  byClient.set(found as MongoClient, options);
}

/** The client's own options, then the environment, then the process's. */
export function tracingOf(client: MongoClient, process: TracingOptions): Tracing {
  const own = byClient.get(client);
  return {
    enabled: own?.enabled ?? enabledByEnvironment() ?? process.enabled ?? true,
    queryTextMaxLength: own?.queryTextMaxLength ?? lengthByEnvironment() ?? process.queryTextMaxLength ?? 0,
  };
}

function enabledByEnvironment(): boolean | undefined {
  const text = process.env['OTEL_NODE_INSTRUMENTATION_MONGODB_ENABLED']?.trim().toLowerCase();
  return text === undefined || text === '' ? undefined : ['1', 'true', 'yes'].includes(text);
}

function lengthByEnvironment(): number | undefined {
  const text = process.env['OTEL_NODE_INSTRUMENTATION_MONGODB_QUERY_TEXT_MAX_LENGTH']?.trim();
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}
