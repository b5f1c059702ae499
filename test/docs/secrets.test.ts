import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { blocksOf, pagesIn } from './support/blocks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What is copied from an example must not be what an attacker can read there, or send a victim to. */
const bad = {
  'a secret that has a default or stands in the code': [
    /\b\w*(?:SECRET|_KEY|PASSWORD)\w*\b['"]?\]?\s*(?:\?\?|\|\|)/,
    /\b\w*(?:SECRET|_KEY|PASSWORD)\w*\s*=\s*['"`]/,
    /\bsecret:\s*\[?\s*['"`]/,
    /\btag:\s*\[\s*['"`]/,
    /\bkey:\s*['"`]/,
  ],
  'a log-in or log-out by GET': [
    /\.get\(\s*['"`][^'"`]*\b(?:log|sign)[-_]?(?:in|out|off)\b/i,
    /(?<!\w)(?:url|pathname)\s*===?\s*['"`][^'"`]*\b(?:log|sign)[-_]?(?:in|out|off)\b/i,
    /\bGET \/(?:log|sign)[-_]?(?:in|out|off)\b/i,
  ],
};

type Kind = keyof typeof bad;
const kinds = Object.keys(bad) as Kind[];

function badIn(code: string, kind: Kind): string[] {
  return code.split('\n').filter(line => bad[kind].some(pattern => pattern.test(line)));
}

/** Every block of code in the documentation, and every program of the examples. */
function examples(): { readonly where: string; readonly code: string }[] {
  const pages = ['README.md', ...pagesIn('docs'), ...pagesIn('docs/rules')];
  const blocks = pages.flatMap(blocksOf).map(({ page, line, code }) => ({ where: `${page}:${line}`, code }));
  const files = readdirSync(`${root}examples`, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(?:[cm]?[jt]s|md|sh)$/.test(name) && !name.includes('node_modules'))
    .map(name => ({ where: `examples/${name}`, code: readFileSync(`${root}examples/${name}`, 'utf8') }));
  return [...blocks, ...files];
}

test.each(kinds)('no example has %s', kind => {
  const found = examples().flatMap(({ where, code }) => badIn(code, kind).map(line => `${where}: ${line}`));
  expect(found).toEqual([]);
});

test.each<[Kind, string]>([
  ['a secret that has a default or stands in the code', "secret: process.env.COOKIE_SECRET ?? 'another',"],
  ['a secret that has a default or stands in the code', "secret: process.env['COOKIE_SECRET'] || other,"],
  [
    'a secret that has a default or stands in the code',
    'keys: { tag: [SESSION_TAG_KEY ?? randomBytes(32)] },',
  ],
  ['a secret that has a default or stands in the code', "const { COOKIE_SECRET = 'x' } = process.env;"],
  ['a secret that has a default or stands in the code', "const keys = { tag: ['a secret'] };"],
  ['a secret that has a default or stands in the code', "session({ secret: ['keyboard cat'] })"],
  ['a log-in or log-out by GET', "app.get('/log-out', (req, res) => {"],
  ['a log-in or log-out by GET', "router.get('/users/logout', end);"],
  ['a log-in or log-out by GET', "app.get('/log-out-others', async (req, res) => {"],
  ['a log-in or log-out by GET', "if (request.url === '/log-in') {"],
  ['a log-in or log-out by GET', "if (asked === 'GET /sign-off') {"],
])('%s would be found in %s', (kind, line) => {
  expect(badIn(line, kind)).toEqual([line]);
});
