// @ts-check
// node --expose-gc: copies of the driver that are loaded and thrown away. Prints how many are still in memory.
const { setTimeout: sleep } = require('node:timers/promises');

/** @type {WeakRef<object>[]} */
const copies = [];

function load() {
  for (const file of Object.keys(require.cache))
    if (file.includes('/node_modules/mongodb/')) delete require.cache[file];
  // Node keeps here what this file has required.
  module.children.length = 0;
  copies.push(new WeakRef(require('mongodb').MongoClient));
}

async function main() {
  for (let loaded = 0; loaded < 8; loaded += 1) load();
  for (let pass = 0; pass < 3; pass += 1) {
    await sleep(20);
    globalThis.gc?.();
  }
  console.log(copies.filter(copy => copy.deref() !== undefined).length);
}

void main();
