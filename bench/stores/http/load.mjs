// @ts-check
import { Agent, get } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/**
 * Requests at random moments, whether or not the earlier ones are answered: those that wait are not spared.
 *
 * @param {number} port
 * @param {{ perSecond: number, seconds: number }} rate
 * @returns {Promise<number[]>} milliseconds from the moment when each was due
 */
export async function openLoop(port, { perSecond, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const begin = performance.now();
  /** @type {Promise<number>[]} */
  const answers = [];
  let due = begin;
  while (due - begin < seconds * 1000) {
    due += (-Math.log(1 - Math.random()) / perSecond) * 1000;
    const pause = due - performance.now();
    if (pause > 1) await setTimeout(pause);
    // A pause of less than a millisecond cannot be waited for: then it goes a little early.
    answers.push(latencyOf(port, agent, answers.length, Math.min(due, performance.now())));
  }
  const latencies = await Promise.all(answers);
  agent.destroy();
  return latencies;
}

/**
 * @param {number} port
 * @param {Agent} agent
 * @param {number} index
 * @param {number} due
 * @returns {Promise<number>}
 */
function latencyOf(port, agent, index, due) {
  return new Promise((resolve, reject) => {
    get({ port, agent, host: '127.0.0.1', path: `/${index}` }, response => {
      response.resume().on('end', () => resolve(performance.now() - due));
    }).on('error', reject);
  });
}
