// @ts-check
import { setTimeout } from 'node:timers/promises';

/**
 * Waits until a tool's result is stored, in a step that is not finished.
 *
 * @param {import('session-guard/langgraph/dynamodb').DynamoDBSaver} saver
 * @param {string} thread
 * @param {string} tool
 */
export async function untilStored(saver, thread, tool) {
  for (;;) {
    const tuple = await saver.getTuple({ configurable: { thread_id: thread } });
    const writes = (tuple?.pendingWrites ?? []).filter(([, channel]) => channel === 'messages');
    const messages = writes.flatMap(([, , value]) => /** @type {{ name?: string }[]} */ (value));
    if (messages.some(({ name }) => name === tool)) return;
    await setTimeout(20);
  }
}
