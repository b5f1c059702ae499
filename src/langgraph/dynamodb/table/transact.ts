import {
  type CancellationReason,
  type TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { backOff } from '../../../platform/time/timed-calls.ts';
import type { Connection } from '../../../dynamodb/connection.ts';
import { isNamed } from '../../../dynamodb/errors.ts';
import type { Call } from '../calls/calls.ts';

const firstPauseMS = 25;
/** The pauses stop growing here: 25 ms · 2^6 = 1.6 s. */
const mostDoublings = 6;

/** Temporary reasons for the cancellation of a transaction: the client itself does not retry it. */
const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** `'done'`, or why not, in the order of the items. */
export type Transacted = 'done' | readonly CancellationReason[];

/** All or nothing; after a conflict it is retried until the signal. */
export async function transact(
  connection: Connection,
  items: readonly TransactWriteItem[],
  { signal, trouble }: Call,
): Promise<Transacted> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await connection.send(new TransactWriteItemsCommand({ TransactItems: [...items] }), signal);
      return 'done';
    } catch (error) {
      const reasons = reasonsOf(error);
      if (reasons.some(({ Code: code }) => code === 'ConditionalCheckFailed')) return reasons;
      if (!passes(error, reasons)) throw error;
      trouble(error);
    }
    await backOff(Math.min(attempt, mostDoublings), firstPauseMS, signal);
  }
}

function reasonsOf(error: unknown): readonly CancellationReason[] {
  if (!isNamed(error, 'TransactionCanceledException')) return [];
  return (error as TransactionCanceledException).CancellationReasons ?? [];
}

function passes(error: unknown, reasons: readonly CancellationReason[]): boolean {
  if (isNamed(error, 'TransactionInProgressException')) return true;
  return reasons.some(({ Code: code = '' }) => passing.has(code));
}
