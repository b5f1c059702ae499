// @ts-check
// node run.mjs <endpoint> <table> <thread> <journal> ask|resume|approve [slow]
// One process of the agent: it executes its command, reports its state, and then waits to be ended.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Command, isInterrupted, INTERRUPT } from '@langchain/langgraph';
import { DynamoDBSaver } from 'session-guard/langgraph/dynamodb';
import { makeAgent } from './graph.mjs';

const [endpoint = '', table = '', thread = '', journal = '', what = '', slow] = process.argv.slice(2);
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
const agent = makeAgent(new DynamoDBSaver({ client, table }), { journal, slow: slow === 'slow' });

const inputs = {
  ask: { messages: [{ role: 'user', content: 'Book me a trip to Lisbon.' }] },
  resume: null,
  approve: new Command({ resume: 'yes' }),
};
const input = inputs[/** @type {keyof typeof inputs} */ (what)];
const state = await agent.invoke(/** @type {any} */ (input), { configurable: { thread_id: thread } });

if (isInterrupted(state)) process.send?.({ question: state[INTERRUPT][0]?.value });
else process.send?.({ answer: state.messages.at(-1)?.text });
// As a server would: it does not end by itself.
setInterval(() => {}, 60_000);
