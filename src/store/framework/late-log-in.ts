import { warningCodes } from '../../errors/codes.ts';
import { emitWarning } from '../../guard/emit-warning.ts';
import { placeText } from '../../report/place.ts';
import type { Site } from '../../session/events.ts';

const told = new Set<string>();

/** What the answer to a request tells of itself. */
export interface AnswerUnderWay {
  readonly headersSent: boolean;
}

/**
 * A log-in that nobody waits for leaves a session that no browser has the cookie of. Told once for each place.
 * @param answer as it was found when the log-in began
 */
export function tellLateLogIn(answer: AnswerUnderWay | undefined, site: Site): void {
  if (answer?.headersSent !== true) return;
  const place = placeText(site) ?? 'a place that is not known';
  if (told.has(place)) return;
  told.add(place);
  const message = `The answer was sent before logIn (at ${place}) was done, so that the browser has no cookie of the new session. Await logIn before anything is sent.`;
  emitWarning(Object.assign(new Error(message), { name: 'Warning', code: warningCodes.lateLogIn }));
}

/** @returns undefined where it cannot be found: `app.inject` of Fastify has no connection */
export function answerOf(request: object): AnswerUnderWay | undefined {
  const { res, raw }: { res?: unknown; raw?: unknown } = request;
  if (isAnswer(res)) return res;
  if (!isObject(raw)) return undefined;
  const { stream }: { stream?: unknown } = raw;
  return isAnswer(stream) ? stream : onConnectionOf(raw);
}

/** Nothing public leads from Fastify's request to its answer. A connection knows the one under way by a name of Node's own. */
function onConnectionOf(raw: object): AnswerUnderWay | undefined {
  const { socket }: { socket?: unknown } = raw;
  if (!isObject(socket)) return undefined;
  const { _httpMessage: answer }: { _httpMessage?: unknown } = socket;
  return isAnswer(answer) && 'req' in answer && answer.req === raw ? answer : undefined;
}

function isAnswer(value: unknown): value is AnswerUnderWay {
  return isObject(value) && 'headersSent' in value && typeof value.headersSent === 'boolean';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
