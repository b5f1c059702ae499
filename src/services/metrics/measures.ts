import type { TransactionOutcome, WaitReason } from '../../guard/runtime/tracking/work-tracker.ts';
import type { RuleId } from '../../guard/rules/engine/rule-id.ts';

/** An operation that has ended. */
export interface MeasuredOperation {
  readonly name: string;
  readonly database: string | undefined;
  readonly collection: string | undefined;
  readonly seconds: number;
  /** The class of its error, or the server's code; absent if it has succeeded. */
  readonly error: string | undefined;
}

/** A transaction that has ended, with all its attempts. */
export interface MeasuredTransaction {
  /** What `withTxn` was called with; `unnamed` without one, and `other` if there are too many. */
  readonly name: string;
  readonly outcome: TransactionOutcome;
  readonly attempts: number;
  readonly seconds: number;
}

/** The state of a connection of a pool. */
export type ConnectionState = 'idle' | 'used';

/** What is counted and measured, for any library of metrics. Pools are named by the addresses of their servers. */
export interface Measures {
  /** By 1, or by -1. */
  sessions(by: number): void;
  operation(operation: MeasuredOperation): void;
  transaction(transaction: MeasuredTransaction): void;
  /** @param reason the server's name of the error, or its class */
  retry(of: 'transaction' | 'commit', reason: string): void;
  wait(reason: WaitReason, seconds: number): void;
  finding(rule: RuleId, severity: 'warn' | 'error'): void;
  /** By 1, or by -1. */
  connections(pool: string, state: ConnectionState, by: number): void;
  /** By 1, or by -1: operations that wait for a connection. */
  pending(pool: string, by: number): void;
  /** An operation has got no connection in time. */
  timeout(pool: string): void;
  connectionTime(pool: string, of: 'create' | 'wait' | 'use', seconds: number): void;
}
