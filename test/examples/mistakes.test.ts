import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findingsIn, type Run, runPreloaded } from '../register/support/run-preloaded.ts';
import { ownReplicaSet } from '../real/support/own-server.ts';

const folder = new URL('../../examples/mistakes/', import.meta.url);
const limitMS = 600_000;

/** One of the programs counts the connections that its server has accepted. */
const serverUri = ownReplicaSet();

interface Row {
  readonly topic: string;
  readonly rule: string;
  readonly plain: string;
  readonly guarded: string;
}

/** What the README says of each folder. */
const rows: readonly Row[] = [
  ...readFileSync(new URL('README.md', folder), 'utf8').matchAll(
    /^\| `(.+)` \| `(.+)` \| (.+) \| (.+) \|$/gm,
  ),
].map(([, topic = '', rule = '', plain = '', guarded = '']) => ({
  topic,
  rule,
  plain,
  guarded: guarded === 'the same' ? plain : guarded,
}));

let databases = 0;

function run(topic: string, program: string, mode?: 'observe' | 'protect'): Promise<Run> {
  const uri = new URL(serverUri());
  databases += 1;
  uri.pathname = `/mistakes_${process.pid}_${databases}`;
  const env = { MONGODB_URI: uri.href, SESSION_GUARD_REPORT: 'json', SESSION_GUARD: mode ?? 'off' };
  return runPreloaded({ program: [fileOf(topic, program)], env });
}

function fileOf(topic: string, program: string): string {
  return new URL(`${topic}/${program}.mjs`, folder).pathname;
}

function markedLinesOf(topic: string): number[] {
  const lines = readFileSync(fileOf(topic, 'mistake'), 'utf8').split('\n');
  return lines.flatMap((line, index) => (line.includes('// ←') ? [index + 1] : []));
}

test('the README has a row for each folder', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory());
  expect(rows.map(({ topic }) => topic).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

describe.each(rows)('$topic', ({ topic, rule, plain, guarded }) => {
  test(
    'the mistake does its harm on the plain driver',
    async () => {
      const { stdout } = await run(topic, 'mistake');
      expect(stdout.split('\n')).toContain(plain);
    },
    limitMS,
  );

  test.each(['observe', 'protect'] as const)(
    'the mistake is found at its lines, in mode %s',
    async mode => {
      const mistake = await run(topic, 'mistake', mode);
      const findings = findingsIn(mistake);
      const lines = findings.map(({ place }) => place?.line ?? 0).toSorted((a, b) => a - b);
      expect([...new Set(findings.map(found => found.rule))]).toEqual([rule]);
      expect(lines).toEqual(markedLinesOf(topic));
      expect(mistake.stdout.split('\n')).toContain(mode === 'protect' ? guarded : plain);
    },
    limitMS,
  );

  test(
    'the correct twin does no harm, and nothing is found in it',
    async () => {
      const alone = await run(topic, 'correct');
      expect(alone).toMatchObject({ code: 0, stderr: '' });
      expect(alone.stdout.split('\n')).not.toContain(plain);
      expect(await run(topic, 'correct', 'observe')).toEqual(alone);
      expect(await run(topic, 'correct', 'protect')).toEqual(alone);
    },
    limitMS,
  );
});
