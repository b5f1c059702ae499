// @ts-check
const KILOBYTE = 1024;

/**
 * The channels of a thread's state. Each step changes the channel `step`, and may change others.
 *
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} about
 * @property {(step: number) => Record<string, unknown>} values
 * @property {(step: number) => readonly string[]} changed  the channels whose value is new in this step
 */

/** @type {readonly Workload[]} */
export const workloads = [
  {
    name: 'small',
    about: '2 KB of state, all of it new in each step',
    values: step => ({ step, state: text(2 * KILOBYTE, step) }),
    changed: () => ['step', 'state'],
  },
  {
    name: 'documents',
    about: '60 KB of documents that do not change, and 2 KB that do',
    values: step => ({ step, state: text(2 * KILOBYTE, step), documents: text(60 * KILOBYTE, 0) }),
    changed: step => (step === 0 ? ['step', 'state', 'documents'] : ['step', 'state']),
  },
  {
    name: 'conversation',
    about: 'a list of messages that grows by 500 bytes in each step, and is written anew',
    values: step => ({
      step,
      messages: Array.from({ length: step + 1 }, (_, at) => ({ role: 'user', content: text(450, at) })),
    }),
    changed: () => ['step', 'messages'],
  },
];

/** @param {number} bytes @param {number} seed */
function text(bytes, seed) {
  return `${seed} `.repeat(bytes).slice(0, bytes);
}
