import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { cases } from '../../examples/order-service/demo/cases/index.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const demo = fileURLToPath(new URL('../../examples/order-service/demo.mjs', import.meta.url));
/** Against hanging only: it takes 20 s, and on a busy machine many times as long. */
const limitMS = 900_000;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let run: Run = { code: -1, stdout: '', stderr: '' };

beforeAll(async () => {
  if (!existsSync(`${root}dist/index.mjs`)) await promisify(execFile)('npx', ['tsdown'], { cwd: root });
  run = await runDemo('--requests', '30');
}, limitMS);

describe('the order service demo', () => {
  test('exits with 0, which says that the guarded side held everything', () => {
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).not.toContain('DID NOT HOLD');
  });

  test.each(cases)('loses nothing to $route with the guard, and names the rule and the line', example => {
    const block = blockOf(example.title);
    expect(block).toContain(`${example.rule}: `);
    expect(block).toMatch(new RegExp(`at examples/order-service/routes/${example.route}\\.mjs:\\d+`));
    const label = example.remedy?.name ?? 'session-guard';
    expect(block).toContain(`${label.padEnd(example.remedy ? 15 : 17)}✓ ${example.safe}`);
  });

  test.each(cases)('has a row for $route in the table at the end', ({ route, safe }) => {
    const row = run.stdout.split('\n').find(line => line.startsWith(route));
    expect(row).toContain(`✓ ${safe}`);
  });

  test('shows the harm of most mistakes on the plain driver', () => {
    // Not of all: the rest depends on timing.
    expect(run.stdout.match(/plain driver {5}✗/g)?.length).toBeGreaterThanOrEqual(7);
  });

  test('fits 100 columns, without colours where there is no terminal', () => {
    expect(run.stdout.split('\n').filter(line => line.length > 100)).toEqual([]);
    expect(run.stdout).not.toContain('\u001B[');
  });

  test('ends with the report of what it has done, and says where it is', () => {
    const [, file = ''] = /on one page:\n {2}(.+)\n$/.exec(run.stdout) ?? [];
    const page = readFileSync(file, 'utf8');
    rmSync(dirname(file), { recursive: true });
    for (const { rule } of cases) expect(page).toContain(`"rule":"${rule}"`);
    expect(page).toContain('"route":"/orders"');
  });

  test('refuses a number of requests that shows nothing', async () => {
    expect(await runDemo('--requests', '0')).toMatchObject({ code: 2 });
  });
});

/** From another folder than the repository, as somebody may call it; with a server of its own. */
function runDemo(...args: string[]): Promise<Run> {
  const env = { ...process.env, MONGODB_URI: '', DEMO_CLIENT_TIMEOUT_MS: '20000' };
  return new Promise(resolve => {
    execFile(
      process.execPath,
      [demo, ...args],
      { cwd: tmpdir(), env, timeout: limitMS },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? -1);
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** From the title of a mistake to the empty line before the next. */
function blockOf(title: string): string {
  const [, rest = ''] = run.stdout.split(`. ${title}\n`);
  return rest.split(/\n\n\d+\. |\n\nmistake /)[0] ?? '';
}
