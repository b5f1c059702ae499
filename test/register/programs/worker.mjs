// @ts-check
import { Worker } from 'node:worker_threads';

const worker = new Worker(new URL('misuse.mjs', import.meta.url));
worker.on('error', error => console.error(error));
