import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ownReplicaSet } from '../real/support/own-server.ts';
import { standaloneUri } from '../setup/servers.ts';
import { type Block, linksOf, markedLines, pagesIn, printsOf, programsOf } from './support/blocks.ts';
import { listed } from './support/heard.ts';
import { linesOf, type Outcome, runBlock } from './support/run-block.ts';

/** Some programs set fail points. */
const uri = ownReplicaSet();

const root = new URL('../../', import.meta.url);
const atRoot = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'];
const guides = [
  ...atRoot.filter(page => existsSync(new URL(page, root))),
  ...pagesIn('docs'),
  ...pagesIn('docs/internals'),
];

describe.each(guides)('%s', page => {
  test('leads to pages that exist', () => {
    const missing = linksOf(page).filter(link => !existsSync(new URL(link, new URL(page, root))));
    expect(missing).toEqual([]);
  });

  // Programs for the preload run in a process of their own: `preload.test.ts`.
  const programs = programsOf(page).filter(({ flags }) => !flags.includes('preload'));
  if (programs.length === 0) return;

  test.each(programs)('the program at line $line does what the page says', async block => {
    const { findings, unhandled, rejected, printed } = await run(block);
    const placed = findings.filter(({ place }) => place !== undefined);
    expect(linesOf(placed), listed(findings)).toEqual(markedLines(block.code));
    expect(printed).toBe(printsOf(block) ?? printed);
    expect(unhandled).toEqual([]);
    expect(rejected?.error).toBeUndefined();
  });
});

function run(block: Block): Promise<Outcome> {
  const server = block.flags.includes('standalone') ? standaloneUri() : uri();
  return runBlock(block, { server, protect: true });
}
