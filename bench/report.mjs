// @ts-check

/** @typedef {import('./stats.mjs').Spread} Spread */

/** @param {number} ratio */
const percent = ratio => `${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(1)} %`;

/** @param {Spread} spread */
const show = ({ median, median95: [low, high], p10, p90 }) =>
  `${percent(median)} (95 %: ${percent(low)} … ${percent(high)}; p10–p90: ${percent(p10)} … ${percent(p90)})`;

/** @type {Readonly<Record<string, string>>} */
const titles = {
  'no-session': 'insert + find, no session',
  session: 'insert + find, one open session',
  'with-session': 'withSession of one insert',
  txn: 'withTxn of two inserts',
  manual: 'a transaction of two inserts by hand',
  retry: 'withTxn of one insert, whose first attempt meets a conflict',
  mongoose: 'mongoose: create + findOne',
  'mongoose-txn': 'mongoose: withTxn of two creates',
  insertOne: 'insertOne',
  findOne: 'findOne',
};

/** What the same steps are without a manager. @type {Readonly<Record<string, string>>} */
const underPreload = { txn: 'withTransaction of two inserts, in withSession' };

/** @param {Awaited<ReturnType<typeof import('./groups.mjs').measureCpu>>} rows */
export function printCpu(rows) {
  heading('Processor time per step, stub server (ratio to the plain driver)');
  printSteps(rows);
}

/** @param {Awaited<ReturnType<typeof import('./groups.mjs').measureProcesses>>} rows */
export function printProcesses(rows) {
  heading('The same, each side in a process of its own');
  for (const row of rows) {
    printSteps([row]);
    console.log(`  guarded, by set of processes: ${row.ofSets.map(percent).join(', ')}`);
  }
}

/** @param {Awaited<ReturnType<typeof import('./groups.mjs').measurePreload>>} rows */
export function printPreload(rows) {
  heading('Under the preload, each setting in a process of its own (ratio to no preload)');
  for (const { workload, plain, off, rulesOff, recommended } of rows) {
    console.log(`${underPreload[workload] ?? titles[workload]}: no preload ${plain.toFixed(1)} µs`);
    console.log(`  SESSION_GUARD=off       ${show(off)}`);
    console.log(`  SESSION_GUARD_RULES=off ${show(rulesOff)}`);
    console.log(`  recommended             ${show(recommended)}`);
  }
}

/** @param {readonly Omit<Awaited<ReturnType<typeof import('./groups.mjs').measureProcesses>>[number], 'ofSets'>[]} rows */
function printSteps(rows) {
  for (const { workload, mode, plain, ...sides } of rows) {
    console.log(`${titles[workload]}, ${mode}: plain ${plain.toFixed(1)} µs`);
    printSides(sides);
  }
}

/** @param {Awaited<ReturnType<typeof import('./groups.mjs').measureAllocation>>} rows */
export function printAllocation(rows) {
  heading('Allocated by a step, in production');
  for (const { workload, plain, inScope, guarded, observed } of rows) {
    const [p, s, g, o] = [plain, inScope, guarded, observed].map(bytes => `${(bytes / 1024).toFixed(1)} KB`);
    console.log(
      `${titles[workload]}: plain ${p}, with an AsyncLocalStorage ${s}; guarded ${g}, observed ${o}`,
    );
  }
}

/** @param {Awaited<ReturnType<typeof import('./groups.mjs').measureThroughput>>} rows */
export function printThroughput(rows) {
  heading('Real replica set (time per step, ratio to the plain driver)');
  for (const { workload, lanes, plain, ...sides } of rows) {
    console.log(`${titles[workload]}, ${lanes} at a time: plain ${Math.round(1e6 / plain)} per second`);
    printSides(sides);
  }
}

/** @param {Awaited<ReturnType<typeof import('./groups.mjs').measureMemory>>} rows */
export function printMemory(rows) {
  heading('Heap per open session, of 10 000');
  for (const { mode, plain = 0, guarded = 0, observed = 0, control = 0 } of rows) {
    const [p, g, o, c] = [plain, guarded, observed, control].map(bytes => `${Math.round(bytes)} B`);
    console.log(`${mode}: plain ${p}, guarded ${g}, observed ${o}, control ${c}`);
  }
}

/** @param {Awaited<ReturnType<typeof import('./groups.mjs').measureScopes>>} rows */
export function printScopes(rows) {
  heading('The untouched copy, no session: processor time after ÷ before');
  for (const { between, ratio, ratios } of rows) {
    console.log(
      `${between} in between: ${percent(ratio)} (fresh processes: ${ratios.map(percent).join(', ')})`,
    );
  }
}

/** @param {Awaited<ReturnType<typeof import('./groups.mjs').measureStart>>} rows */
export function printStart({ imported, transactions, first }) {
  heading('A new process');
  const [low, high] = imported.median95;
  console.log(
    `import 'session-guard' after the driver: ${imported.median.toFixed(0)} ms of processor time (95 %: ${low.toFixed(0)} … ${high.toFixed(0)})`,
  );
  console.log(`the first ${transactions} transactions of two inserts: plain ${first.plain.toFixed(0)} ms`);
  printSides(first);
}

/** @param {Readonly<Record<'guarded' | 'observed' | 'control', Spread>>} sides */
function printSides({ guarded, observed, control }) {
  console.log(`  guarded  ${show(guarded)}`);
  console.log(`  observed ${show(observed)}`);
  console.log(`  control  ${show(control)}`);
}

/** @param {string} text */
function heading(text) {
  console.log(`\n${text}\n${'-'.repeat(text.length)}`);
}
