import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MemorySaver, uuid6, emptyCheckpoint } from '@langchain/langgraph-checkpoint';
import { Annotation, StateGraph, START, END, Send, Command, interrupt } from '@langchain/langgraph';
import { DynamoDBSaver } from '/work/main/dist/langgraph/dynamodb/index.mjs';
import assert from 'node:assert';
const client = new DynamoDBClient({ endpoint: process.env.DYNAMODB_ENDPOINT, region: 'local', credentials: { accessKeyId: 'l', secretAccessKey: 'l' } });
const saver = new DynamoDBSaver({ client, table: 'fuzz' }); await saver.setUp();
let seed = Number(process.argv[2] ?? 1);
const rnd = n => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return (seed >> 8) % n; };
function build(cp, r, big) {
  const S = Annotation.Root({ log: Annotation({ reducer: (a, b) => a.concat(b), default: () => [] }), n: Annotation(), doc: Annotation(), q: Annotation() });
  const sub = new StateGraph(S).addNode('x', s => ({ log: ['x' + (s.q ?? '')], n: 7 })).addNode('ask', s => ({ log: ['ans:' + interrupt('q' + (s.q ?? ''))] })).addEdge(START, 'x');
  if (r.subInterrupt) sub.addEdge('x', 'ask').addEdge('ask', END); else sub.addEdge('x', END);
  const subg = sub.compile(r.persist ? { checkpointer: true } : {});
  const g = new StateGraph(S)
    .addNode('a', () => ({ log: ['a'], doc: big }))
    .addNode('b', s => { if (r.bInt) { const v = interrupt('b?'); return { log: ['b' + v], n: 1 }; } return { log: ['b'] }; })
    .addNode('w', s => ({ log: ['w' + s.q] }))
    .addNode('c', s => ({ log: ['c'], n: (s.n ?? 0) + 1 }))
    .addNode('sub', subg)
    .addEdge(START, 'a').addEdge('a', 'b')
    .addConditionalEdges('a', () => r.sends ? Array.from({ length: r.sends }, (_, i) => new Send('w', { q: i })) : ['c'], ['w', 'c'])
    .addEdge('b', 'sub').addEdge('sub', 'c');
  return g.compile({ checkpointer: cp, ...(r.before ? { interruptBefore: ['c'] } : {}) });
}
const ids = new Map();
const norm = v => JSON.parse(JSON.stringify(v, (k, x) => ['checkpoint_id', 'createdAt', 'ts', 'id', 'checkpoint_map', 'parents', 'thread_id','run_id'].includes(k) ? undefined : k==='checkpoint_ns' || k==='langgraph_checkpoint_ns' ? String(x).replace(/:[0-9a-f-]{36}/g, ':ID') : x).replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g,'ID'));
async function hist(g, config, o) { const out = []; for await (const s of g.getStateHistory(config, o)) out.push(s); return out; }
let fails = 0;
for (let i = 0; i < Number(process.argv[3] ?? 25); i++) {
  const r = { subInterrupt: rnd(2), persist: rnd(2), bInt: rnd(2), sends: rnd(4), before: rnd(2) };
  const big = 'd'.repeat([10, 5000, 9000, 400000, 900000][rnd(5)]);
  const ops = Array.from({ length: 4 + rnd(5) }, () => [rnd(6), rnd(100)]);
  const run = async (cp) => {
    const g = build(cp, r, big); const t = { configurable: { thread_id: 't' + i + '-' + process.argv[2] } }; const trace = [];
    const tryit = async f => { try { trace.push(await f()); } catch (e) { trace.push('ERR ' + e.name + e.message.slice(0, 80)); } };
    await tryit(() => g.invoke({ log: ['in'] }, t));
    for (const [op, x] of ops) {
      const h = await hist(g, t);
      const at = h[x % h.length]?.config;
      if (op === 0) await tryit(() => g.invoke(new Command({ resume: 'R' + x }), t));
      if (op === 1) await tryit(() => g.invoke(null, t));
      if (op === 2) await tryit(() => g.invoke({ log: ['again' + x] }, t));
      if (op === 3) await tryit(async () => { await g.updateState(at, { log: ['upd' + x] }); return 0; });
      if (op === 4) await tryit(() => g.invoke(null, at));
      if (op === 5) await tryit(async () => { await g.updateState(at, null, '__copy__'); return 0; });
      await tryit(async () => g.getState(t, { subgraphs: true }));
    }
    trace.push(await hist(g, t)); trace.push(await hist(g, t, { limit: 3 }));
    const h = await hist(g, t); trace.push(await hist(g, t, { before: h[2]?.config, limit: 2 })); trace.push(await hist(g, t, { filter: { source: 'loop' } }));
    const all = []; for await (const c of cp.list({ configurable: { thread_id: t.configurable.thread_id } })) all.push(c);
    trace.push(all.map(c => [c.config.configurable.checkpoint_ns, c.metadata.source, c.metadata.step, c.checkpoint.channel_values, (c.pendingWrites ?? []).map(w => w.slice(1)).sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)]));
    return norm(trace);
  };
  const [m, d] = [await run(new MemorySaver()), await run(saver)];
  try { assert.deepStrictEqual(d, m); } catch (e) { fails++; const at = m.findIndex((x, k) => { try { assert.deepStrictEqual(d[k], x); } catch { return true; } }); console.log('DIFF', i, r, ops, big.length, 'at', at, 'of', m.length); try { assert.deepStrictEqual(d[at], m[at]); } catch (e2) { console.log(e2.message.slice(0, 1800).replace(/d{50,}/g, 'DDD')); } if (fails > 2) break; }
}
console.log('done', fails); client.destroy();
