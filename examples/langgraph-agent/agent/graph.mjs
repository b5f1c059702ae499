// @ts-check
import { isAIMessage, ToolMessage } from '@langchain/core/messages';
import { END, MessagesAnnotation, Send, START, StateGraph } from '@langchain/langgraph';
import { answer } from './model.mjs';
import { callTool } from './tools.mjs';

/**
 * A model and its tools; each call of a tool is a separate task.
 *
 * @param {import('session-guard/langgraph/dynamodb').DynamoDBSaver} checkpointer
 * @param {import('./tools.mjs').World} world
 */
export function makeAgent(checkpointer, world) {
  return new StateGraph(MessagesAnnotation)
    .addNode('model', ({ messages }) => ({ messages: [answer(messages)] }))
    .addNode('tool', async (/** @type {any} */ { name, args, id }) => {
      const content = await callTool(name, args, world);
      return { messages: [new ToolMessage({ content, name, tool_call_id: id })] };
    })
    .addEdge(START, 'model')
    .addConditionalEdges('model', ({ messages }) => {
      const last = messages.at(-1);
      const calls = last !== undefined && isAIMessage(last) ? (last.tool_calls ?? []) : [];
      return calls.length > 0 ? calls.map(call => new Send('tool', call)) : END;
    })
    .addEdge('tool', 'model')
    .compile({ checkpointer });
}
