// @ts-check
import { randomBytes, timingSafeEqual } from 'node:crypto';

/** @typedef {import('express-session').Session & { csrf?: string, user?: string }} UserSession */

/**
 * The token of a session, for its forms: another site can send a form with the session's cookie, but does not know this.
 *
 * @param {UserSession} session
 */
export function csrfToken(session) {
  session.csrf ??= randomBytes(16).toString('base64url');
  return session.csrf;
}

/**
 * @param {import('express').Request} req
 * @param {import('express').Response} res
 * @param {() => void} next
 */
export function checkCsrf(req, res, next) {
  const { csrf } = /** @type {UserSession} */ (req.session);
  const expected = Buffer.from(csrf ?? '');
  const given = Buffer.from(String(req.body?.csrf ?? ''));
  const isSame = expected.length > 0 && expected.length === given.length && timingSafeEqual(expected, given);
  if (isSame) next();
  else res.status(403).send('This form is out of date. Go back, reload the page, and try again.');
}
