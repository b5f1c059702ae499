// @ts-check
import { AIMessage, isToolMessage } from '@langchain/core/messages';

/**
 * Replaces a language model: it answers from the messages until now, and needs no network.
 *
 * @param {readonly import('@langchain/core/messages').BaseMessage[]} messages
 * @returns {AIMessage}
 */
export function answer(messages) {
  const done = new Set(messages.filter(message => isToolMessage(message)).map(({ name }) => name));
  if (done.has('book')) return new AIMessage(`Your trip is booked: ${contentOf(messages, 'book')}.`);
  if (done.has('find_flight') && done.has('find_hotel')) {
    const offer = `${contentOf(messages, 'find_flight')} and ${contentOf(messages, 'find_hotel')}`;
    return calls('I have found both.', [{ name: 'book', args: { offer }, id: 'call-3' }]);
  }
  return calls('I look for a flight and a hotel.', [
    { name: 'find_flight', args: { to: 'Lisbon' }, id: 'call-1' },
    { name: 'find_hotel', args: { in: 'Lisbon' }, id: 'call-2' },
  ]);
}

/**
 * @param {string} content
 * @param {{ name: string, args: Record<string, string>, id: string }[]} toolCalls
 */
function calls(content, toolCalls) {
  return new AIMessage({ content, tool_calls: toolCalls });
}

/**
 * @param {readonly import('@langchain/core/messages').BaseMessage[]} messages
 * @param {string} tool
 */
function contentOf(messages, tool) {
  return messages.find(({ name }) => name === tool)?.text;
}
