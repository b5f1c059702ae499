/*
 * Messages of servers and clients quote their input: keys, values, whole documents. A masked text keeps the words that say what
 * failed and where (codes, hosts, ports), and nothing that may be data.
 */

const mask = '…';
const mostLength = 400;
const mostRead = 2000;

/** Texts that stay in quotes: commands and settings, which are not user data. */
const harmless = new Set([
  'config',
  'eval',
  'evalsha',
  'get',
  'getrange',
  'hget',
  'hgetall',
  'info',
  'maxmemory',
  'maxRetriesPerRequest',
  'enableOfflineQueue',
  'mget',
  'wait',
]);

/** @param secrets texts that are removed everywhere */
export function maskText(text: string, secrets: readonly string[] = []): string {
  const without = secrets
    .filter(secret => secret.length > 3)
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, secret) => left.replaceAll(secret, mask), text);
  const oneLine = without.slice(0, mostRead).replaceAll(/[^\x20-\x7e…]+/g, ' ');
  const masked = withoutQuoted(oneLine).replaceAll(/[^\s,;:()<>=…]+/g, maskToken);
  return masked.replaceAll(/…[\s…]*…/g, mask).slice(0, mostLength);
}

const opening = /(?<![\w.])["'`]|[[{]/g;
const closing = /["'`\]}](?!\w)/g;

/** Up to the last quote or brace of any kind: the quoted text may contain quotes. */
function withoutQuoted(text: string): string {
  opening.lastIndex = 0;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const from = found.index + 1;
    const quoted = text.slice(from, text.indexOf(found[0], from));
    if (harmless.has(quoted)) {
      opening.lastIndex = from + quoted.length + 1;
      continue;
    }
    const last = [...text.matchAll(closing)].at(-1)?.index ?? -1;
    return `${text.slice(0, found.index)}${mask}${last < from ? '' : text.slice(last + 1)}`;
  }
  return text;
}

const word = /^[A-Za-z]+(?:'[a-z]{1,2})?$/;
const plain: readonly RegExp[] = [
  /^[^A-Za-z0-9]+$/, // punctuation
  /^\d{1,12}(?:[a-z]{1,3}|%)?$/, // a number, perhaps with a unit
  /^E\d{3,5}$/, // MongoDB's E11000
  /^\d{1,3}(?:\.\d{1,3}){3}$/, // an address
  /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/, // a host
  /^[a-z]{2}(?:-[a-z]+)+-\d$/, // a region
  /^SCRAM-SHA-\d+$/,
];

function maskToken(token: string): string {
  const [, start = '', text = token, stop = ''] = /^(["'`]*)(.*?)([.?!"'`]*)$/.exec(token) ?? [];
  if (text === '') return token;
  const isPlain = plain.some(form => form.test(text)) || text.split(/[-/.]/).every(isWord);
  return isPlain ? start + text + stop : mask;
}

/** Long names are made of short words; a random text is not. */
function isWord(text: string): boolean {
  if (!word.test(text)) return false;
  const parts = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return text.length < 12 || parts.every(part => part.length > 1);
}
