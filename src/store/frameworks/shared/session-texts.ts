import type { Fields } from '../../backend/session-record.ts';
import { dataOf, textsOf } from '../../data/field-texts.ts';
import { differ, givenCookie, cookieLifeOf, storedCookie } from './cookie-life.ts';

/** The JSON text of each field of a framework's session, as it is stored. */
export function sessionTexts(session: object): Map<string, string> {
  const texts = textsOf(session);
  const { cookie }: { cookie?: unknown } = session;
  if (texts.has('cookie')) texts.set('cookie', JSON.stringify(storedCookie(cookie)));
  return texts;
}

/** The data from which a framework creates its session. */
export function sessionData(texts: Fields, leftMS: number): Record<string, unknown> {
  const data = dataOf(texts);
  return 'cookie' in data ? { ...data, cookie: givenCookie(data['cookie'], leftMS) } : data;
}

/** Texts in which an unchanged cookie keeps its previous text. */
export function withSteadyCookie(before: Fields, after: Fields): Fields {
  const [was, is] = [before.get('cookie'), after.get('cookie')];
  if (was === undefined || is === undefined || was === is || !sameCookie(was, is)) return after;
  return new Map([...after, ['cookie', was]]);
}

/** Reading the clock twice changes the age by some milliseconds. */
function sameCookie(was: string, is: string): boolean {
  const [{ originalMaxAge: before, ...one }, { originalMaxAge: after, ...other }] = [parsed(was), parsed(is)];
  if (cookieLifeOf({ originalMaxAge: before }).kind !== 'rolling' || typeof after !== 'number') return false;
  return !differ(Number(before), after) && JSON.stringify(one) === JSON.stringify(other);
}

function parsed(text: string): Record<string, unknown> {
  return (JSON.parse(text) as Record<string, unknown> | null) ?? {};
}
