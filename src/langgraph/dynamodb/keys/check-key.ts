import { badConfig } from '../errors.ts';

/** The limits of DynamoDB, in bytes of UTF-8. */
const mostPartitionBytes = 2048;
const mostSortBytes = 1024;

/** @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_CONFIG */
export function checkPartition(partition: string): void {
  const bytes = Buffer.byteLength(partition);
  if (bytes > mostPartitionBytes)
    throw badConfig(
      `A thread_id, together with the saver's keyPrefix, may have ${mostPartitionBytes} bytes in DynamoDB, and this one has ${bytes}: shorten it, for example with a hash.`,
    );
}

/**
 * @param of the thing that has the key: `'a checkpoint'`
 * @throws SessionGuardError ERR_SESSION_GUARD_CHECKPOINT_CONFIG
 */
export function checkSortKey(sortKey: string, of: string): string {
  const bytes = Buffer.byteLength(sortKey);
  if (bytes > mostSortBytes)
    throw badConfig(
      `The key of ${of} may have ${mostSortBytes} bytes in DynamoDB, and this one has ${bytes}: it is made of the namespace, the checkpoint's id and the task's id. Namespaces grow with each level of subgraphs: give the nodes shorter names, or nest less deeply.`,
    );
  return sortKey;
}
