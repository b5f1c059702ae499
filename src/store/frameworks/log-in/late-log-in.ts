import { isObject } from '../../../platform/options/checks.ts';
import { warningCodes } from '../../../errors/codes.ts';
import { emitWarning } from '../../../platform/notices.ts';
import { placeText } from '../../../guard/stack/place.ts';
import type { Site } from '../../../guard/events/events.ts';

const warned = new Set<string>();

/** The parts of a request's response that are used here. */
export interface AnswerUnderWay {
  readonly headersSent: boolean;
}

/**
 * A log-in that is not awaited leaves a session whose cookie no browser has. The warning comes once for each place.
 * @param answer the response, as found when the log-in began
 */
export function warnOfLateLogIn(answer: AnswerUnderWay | undefined, site: Site): void {
  if (answer?.headersSent !== true) return;
  const place = placeText(site) ?? 'a place that is not known';
  if (warned.has(place)) return;
  warned.add(place);
  const message = `The answer was sent before logIn (at ${place}) was done, so that the browser has no cookie of the new session. Await logIn before anything is sent.`;
  emitWarning(Object.assign(new Error(message), { name: 'Warning', code: warningCodes.lateLogIn }));
}

/** @returns undefined if it cannot be found: `app.inject` of Fastify has no connection */
export function answerOf(request: object): AnswerUnderWay | undefined {
  const { res, raw }: { res?: unknown; raw?: unknown } = request;
  if (isAnswer(res)) return res;
  if (!isObject(raw)) return undefined;
  const { stream }: { stream?: unknown } = raw;
  return isAnswer(stream) ? stream : onConnectionOf(raw);
}

/**
 * Fastify has no public way from a request to its response. The connection has the current response under an internal name of
 * Node.
 */
function onConnectionOf(raw: object): AnswerUnderWay | undefined {
  const { socket }: { socket?: unknown } = raw;
  if (!isObject(socket)) return undefined;
  const { _httpMessage: answer }: { _httpMessage?: unknown } = socket;
  return isAnswer(answer) && 'req' in answer && answer.req === raw ? answer : undefined;
}

function isAnswer(value: unknown): value is AnswerUnderWay {
  return isObject(value) && 'headersSent' in value && typeof value.headersSent === 'boolean';
}
