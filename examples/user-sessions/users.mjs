// @ts-check
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** @type {(password: string, salt: Buffer, bytes: number) => Promise<Buffer>} */
const derive = promisify(scrypt);
const bytes = 32;

/** @param {string} password */
async function hashed(password) {
  const salt = randomBytes(16);
  return { salt, key: await derive(password, salt, bytes) };
}

/** In the place of a table of users. */
const users = new Map([['alice', await hashed('correct horse')]]);
/** The hash that an unknown name is checked against, so that the check takes as long as for a known one. */
const nobody = await hashed(randomBytes(16).toString('hex'));

/**
 * @param {string} name
 * @param {string} password
 */
export async function isPasswordOf(name, password) {
  const user = users.get(name);
  const { salt, key } = user ?? nobody;
  const isEqual = timingSafeEqual(key, await derive(password, salt, bytes));
  return isEqual && user !== undefined;
}
