import { randomUUID } from 'node:crypto';
import {
  Annotation,
  Command,
  DeltaChannel,
  END,
  interrupt,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { type BaseCheckpointSaver, MemorySaver } from '@langchain/langgraph-checkpoint';
import { beforeAll, expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { filler } from './support/checkpoints.ts';
import { type Checkpoints, newTable } from './support/table.ts';

let table: Checkpoints;
beforeAll(async () => {
  table = await newTable();
});

const State = Annotation.Root({
  log: Annotation<string[]>({ reducer: (all, more) => all.concat(more), default: () => [] }),
  documents: Annotation<string>(),
});

/** Tasks in parallel, a subgraph that asks, and a large value that stays. */
function makeGraph(checkpointer: BaseCheckpointSaver) {
  const inner = new StateGraph(State)
    .addNode('ask', () => ({ log: [`answer: ${interrupt('a question')}`] }))
    .addNode('note', () => ({ log: ['noted'] }))
    .addEdge(START, 'ask')
    .addEdge('ask', 'note')
    .compile();
  return new StateGraph(State)
    .addNode('read', () => ({ log: ['read'], documents: filler(30_000) }))
    .addNode('work', (input: { readonly item: number }) => ({ log: [`work ${input.item}`] }))
    .addNode('inner', inner)
    .addEdge(START, 'read')
    .addConditionalEdges('read', () => [1, 2, 3].map(item => new Send('work', { item })), ['work'])
    .addEdge('work', 'inner')
    .addEdge('inner', END)
    .compile({ checkpointer });
}

const add = (all: string[], writes: string[][]): string[] => all.concat(...writes);

const Delta = Annotation.Root({
  log: () => new DeltaChannel(add, { snapshotFrequency: 7 }),
  step: Annotation<number>,
});

type Graph = ReturnType<typeof makeGraph>;

/** What a user sees of a thread, but for ids and times. */
async function story(checkpointer: BaseCheckpointSaver): Promise<unknown[]> {
  const graph = makeGraph(checkpointer);
  const config = { configurable: { thread_id: randomUUID() } };
  const seen: unknown[] = [];
  seen.push(await graph.invoke({ log: ['begin'] }, config));
  seen.push(await graph.invoke(new Command({ resume: 'yes' }), config));
  seen.push(await historyOf(graph, config));
  // Back to before the work, with another log.
  const past = (await statesOf(graph, config)).find(({ next }) => next.includes('work'));
  const fork = await graph.updateState(past?.config ?? config, { log: ['changed'] }, 'read');
  seen.push(await graph.invoke(null, fork));
  seen.push(await graph.invoke(new Command({ resume: 'again' }), config));
  // A copy of the present state.
  const copy = await graph.updateState(config, null, '__copy__');
  seen.push((await graph.getState(copy)).values);
  seen.push(await historyOf(graph, config));
  return seen.map(withoutIds);
}

async function statesOf(graph: Graph, config: object): Promise<Awaited<ReturnType<Graph['getState']>>[]> {
  const states = [];
  for await (const state of graph.getStateHistory(config)) states.push(state);
  return states;
}

async function historyOf(graph: Graph, config: object): Promise<unknown> {
  const states = await statesOf(graph, config);
  return states.map(({ values, next, metadata, tasks }) => ({
    values,
    next,
    step: metadata?.step,
    source: metadata?.source,
    tasks: tasks.map(({ name, interrupts, result }) => ({ name, questions: interrupts.length, result })),
  }));
}

function withoutIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'id' ? undefined : each)));
}

test('a graph with parallel tasks, a subgraph, interrupts, forks and copies sees what it sees with MemorySaver', async () => {
  const [ours, memory] = await Promise.all([story(table.saver()), story(new MemorySaver())]);
  expect(ours).toEqual(memory);
});

test.each(['sync', 'async', 'exit'] as const)('durability: %s leaves the same state', async durability => {
  const graph = makeGraph(table.saver());
  const config = { configurable: { thread_id: randomUUID() }, durability };
  await graph.invoke({ log: ['begin'] }, config);
  const { log } = await graph.invoke(new Command({ resume: 'yes' }), config);
  expect(log?.at(0)).toBe('begin');
  expect(log?.filter((line: string) => line === 'answer: yes')).toHaveLength(1);
  expect((await graph.getState(config)).values).toMatchObject({ log, documents: filler(30_000) });
});

test('a run whose thread is deleted meanwhile fails, and leaves nothing', async () => {
  const saver = table.saver();
  const thread = randomUUID();
  const graph = new StateGraph(State)
    .addNode('first', () => ({ log: ['first'] }))
    .addNode('second', async () => {
      await saver.deleteThread(thread);
      return { log: ['second'] };
    })
    .addEdge(START, 'first')
    .addEdge('first', 'second')
    .compile({ checkpointer: saver });
  const config = { configurable: { thread_id: thread } };
  await expect(graph.invoke({ log: [] }, config)).rejects.toMatchObject({
    code: codes.checkpointThreadDeleted,
  });
  expect(await saver.getTuple(config)).toBeUndefined();
});

test('a channel that stores differences has its whole value in another process, over many runs', async () => {
  const keyPrefix = randomUUID();
  const thread = { configurable: { thread_id: randomUUID() } };
  const lines: string[] = [];
  for (let run = 1; run <= 12; run += 1) {
    const graph = new StateGraph(Delta)
      .addNode('note', ({ step }) => ({ log: [`noted ${step}`] }))
      .addEdge(START, 'note')
      .compile({ checkpointer: table.saver({ keyPrefix, ttlSeconds: 3600 }) });
    lines.push(`begun ${run}`, `noted ${run}`);
    const state = await graph.invoke({ log: [`begun ${run}`], step: run }, thread);
    expect(state.log).toEqual(lines);
  }
});
