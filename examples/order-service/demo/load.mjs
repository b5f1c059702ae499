// @ts-check
import { setTimeout } from 'node:timers/promises';

/** @typedef {import('./case.d.ts').Answer} Answer */
/** @typedef {import('./case.d.ts').Request} Request */

/** How long a client waits for its answer; longer where the machine has other work. The driver itself would retry for 120 s. */
export const CLIENT_TIMEOUT_MS = Number(process.env['DEMO_CLIENT_TIMEOUT_MS'] ?? 5000);

/**
 * @param {string} origin
 * @param {readonly (readonly Request[])[]} lanes
 * @returns {Promise<Answer[]>}
 */
export async function load(origin, lanes) {
  const answers = await Promise.all(lanes.map(lane => runLane(origin, lane)));
  return answers.flat();
}

/**
 * @param {string} origin
 * @param {readonly Request[]} lane
 */
async function runLane(origin, lane) {
  const answers = [];
  for (const request of lane) {
    if (request.pauseMS !== undefined) await setTimeout(request.pauseMS);
    answers.push(await send(origin, request));
  }
  return answers;
}

/**
 * @param {string} origin
 * @param {Request} request
 * @returns {Promise<Answer>}
 */
async function send(origin, request) {
  const begin = performance.now();
  const tookMS = () => performance.now() - begin;
  try {
    const response = await fetch(origin + request.path, {
      method: request.method ?? 'POST',
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(CLIENT_TIMEOUT_MS),
      ...(request.body ? { body: JSON.stringify(request.body) } : {}),
    });
    const { status } = response;
    const { error } = /** @type {{ error?: Answer['error'] }} */ (await response.json());
    return error ? { request, tookMS: tookMS(), status, error } : { request, tookMS: tookMS(), status };
  } catch (error) {
    if (!(error instanceof Error && error.name === 'TimeoutError')) throw error;
    return { request, tookMS: tookMS(), status: 0 };
  }
}
