import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Whether a request has the token: as the password of HTTP Basic, which browsers ask for, or as a Bearer token. */
export function accessWith(token: string): (request: IncomingMessage) => boolean {
  const expected = digest(token);
  return ({ headers: { authorization = '' } }) => {
    // A token may have blanks.
    const [, scheme = '', credentials = ''] = /^(\S*) (.*)$/.exec(authorization) ?? [];
    const given = scheme.toLowerCase() === 'basic' ? passwordOf(credentials) : credentials;
    const isKnown = /^(?:basic|bearer)$/i.test(scheme);
    // The comparison takes the same time for every token, also for a token of another length.
    return timingSafeEqual(digest(given), expected) && isKnown;
  };
}

function passwordOf(credentials: string): string {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
