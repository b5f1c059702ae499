// @ts-check
// One side in a process of its own: a round each time its parent asks for one.
import { AsyncLocalStorage } from 'node:async_hooks';
import { runRound } from '../rounds.mjs';
import { openSide } from '../sides.mjs';
import { workloads } from '../workloads.mjs';
import { order } from './protocol.mjs';

const { uri, workload, lanes: count, sides: [name] = ['plain'], inScope = false } = order();
if (inScope) new AsyncLocalStorage().enterWith({});

const make = workloads[workload];
if (make === undefined) throw new Error(`There is no workload '${workload}'.`);
const side = await openSide(name ?? 'plain', uri);
const lanes = Array.from({ length: count }, () => make(side));

process.on('message', steps => void runRound(lanes, Number(steps)).then(round => process.send?.(round)));
process.on('disconnect', () => process.exit());
process.send?.('ready');
