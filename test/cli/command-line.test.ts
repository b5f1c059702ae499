import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCommandLine } from '../../src/cli/command-line.ts';
import { ruleIds, textRuleIds } from '../../src/guard/rules/engine/rule-id.ts';

const folder = mkdtempSync(join(tmpdir(), 'session-guard-command-'));
const emptyTrace = join(folder, 'empty.ndjson');
writeFileSync(emptyTrace, '');
afterAll(() => rmSync(folder, { recursive: true }));

let printed: { out: string; err: string };

beforeEach(() => {
  printed = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    printed.err += String(text);
    return true;
  });
});

afterEach(() => vi.restoreAllMocks());

test('without a command, and for an unknown one, it says how it is used', async () => {
  expect(await runCommandLine([])).toBe(2);
  expect(printed.err).toContain('npx session-guard run');
  expect(await runCommandLine(['reprot'])).toBe(2);
  expect(printed.err).toContain("there is no command 'reprot'. Did you mean report?");
});

test('`--help` says it too, for all commands and for one', async () => {
  expect(await runCommandLine(['--help'])).toBe(0);
  expect(printed.out).toContain('npx session-guard explain <rule>');
  printed.out = '';
  expect(await runCommandLine(['report', '--help'])).toBe(0);
  expect(printed.out).toMatch(/^npx session-guard report/);
});

test.each([
  [['run', 'node', 'app.js'], 'the command of the program stands after --'],
  [['run', '--'], 'there is no command after --'],
  [['run', '--fail-on', 'anything', '--', 'node'], '--fail-on takes any, or categories'],
  [['run', '--fial-on', 'any', '--', 'node'], "Unknown option '--fial-on'"],
  [['report'], 'it takes the file of a trace'],
  [['report', 'a', '--json', '--text'], '--json and --text exclude each other'],
  [['explain'], 'it takes the id of one rule'],
  [['explain', 'use-after-ent'], "there is no rule 'use-after-ent'. Did you mean use-after-end?"],
  [['explain', 'after-'], "there is no rule 'after-'. Did you mean use-after-end or client-use-after-close?"],
  [['report', '/no/such/trace'], 'there is no file or folder /no/such/trace.'],
  [['report', emptyTrace, '--against', '/no/such/trace'], 'there is no file or folder /no/such/trace.'],
  [
    ['report', emptyTrace, '--html', folder],
    `${folder} is a folder; name a file for the page, such as ${folder}/`,
  ],
  [['run', '--report', folder, '--', 'node'], `${folder} is a folder`],
])('%j is refused with code 2 and what to change', async (args, says) => {
  expect(await runCommandLine(args)).toBe(2);
  expect(printed.err).toContain(says);
  expect(printed.out).toBe('');
});

test('the report of a file that is not a trace is refused with code 1', async () => {
  expect(await runCommandLine(['report', import.meta.filename])).toBe(1);
  expect(printed.err).toContain('is not a trace. Trace, line 1: it is not valid JSON.');
});

test('a program that does not exist is named', async () => {
  expect(await runCommandLine(['run', '--', 'no-such-program'])).toBe(1);
  expect(printed.err).toBe('session-guard run: There is no program no-such-program.\n');
});

test('the page may be in a folder that does not exist yet', async () => {
  const page = join(folder, 'reports', 'of today', 'page.html');
  expect(await runCommandLine(['report', emptyTrace, '--html', page])).toBe(0);
  expect(readFileSync(page, 'utf8')).toContain('<!doctype html>');
  expect(printed.err).toBe(`session-guard: the report is ${page}\n`);
});

test('`--version` prints the version of the package', async () => {
  expect(await runCommandLine(['--version'])).toBe(0);
  expect(printed.out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([...ruleIds, ...textRuleIds])('`explain %s` prints its page', async rule => {
  expect(await runCommandLine(['explain', rule])).toBe(0);
  expect(printed.out).toBe(readFileSync(new URL(`../../docs/rules/${rule}.md`, import.meta.url), 'utf8'));
});
