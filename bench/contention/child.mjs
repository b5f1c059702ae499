// @ts-check
import { once } from 'node:events';
import { openSide } from './sides.mjs';
import { run } from './workload.mjs';

process.env['NODE_ENV'] ??= 'production';
const [{ name, load, uri }] = await once(process, 'message');
const side = await openSide(name, uri);
const go = once(process, 'message');
process.send?.('ready');
await go;
const result = await run(side, load);
process.send?.(result);
await side.close();
process.disconnect();
