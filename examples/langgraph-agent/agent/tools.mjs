// @ts-check
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { interrupt } from '@langchain/langgraph';

/**
 * The effects of the tools on the outside world: a line for each effect.
 *
 * @typedef {object} World
 * @property {string} journal   a file
 * @property {boolean} slow     the hotel does not answer
 */

/**
 * @param {string} name
 * @param {Record<string, string>} args
 * @param {World} world
 * @returns {Promise<string>}
 */
export async function callTool(name, args, world) {
  switch (name) {
    case 'find_flight':
      note(world, name);
      return `flight SG 42 to ${args['to']}`;
    case 'find_hotel':
      note(world, name);
      if (world.slow) await setTimeout(600_000);
      return `a room in ${args['in']}`;
    case 'book': {
      const approved = interrupt(`Shall I book ${args['offer']}?`);
      if (approved !== 'yes') return 'nothing, since you said no';
      note(world, name);
      return args['offer'] ?? '';
    }
    default:
      throw new Error(`There is no tool ${name}.`);
  }
}

/**
 * @param {World} world
 * @param {string} name
 */
function note({ journal }, name) {
  appendFileSync(journal, `${name}\n`);
}
