import { describe, expect, test } from 'vitest';
import { replicaSetUri } from '../setup/servers.ts';
import { type Block, blocksOf, fileOf, pagesIn, printsOf, valueOf } from './support/blocks.ts';
import { runProject } from './support/project.ts';

interface Described {
  readonly command: Block;
  readonly files: Readonly<Record<string, string>>;
  readonly heading: string;
}

/** A `sh` block with `run=` runs in the project that the files above it make, under the same heading. */
function projectsOf(page: string): Described[] {
  const projects: Described[] = [];
  let files: Record<string, string> = {};
  let heading = '';
  for (const block of blocksOf(page)) {
    if (block.heading !== heading) files = {};
    heading = block.heading;
    const file = fileOf(block);
    if (file !== undefined) files = { ...files, [file]: block.code };
    if (valueOf(block, 'run') !== undefined) projects.push({ command: block, files, heading });
  }
  return projects;
}

/** `file:line` of each line that an arrow marks. */
function marked(files: Described['files']): string[] {
  return Object.entries(files).flatMap(([file, code]) =>
    code.split('\n').flatMap((line, index) => (line.includes('// ←') ? [`/app/${file}:${index + 1}:`] : [])),
  );
}

describe.each(pagesIn('docs').filter(page => projectsOf(page).length > 0))('%s', page => {
  test.each(projectsOf(page))(
    'the project under $heading does what the page says',
    async ({ command, files }) => {
      const { code, output } = await runProject({ files, command: command.code, uri: replicaSetUri() });
      expect(code === 0 ? 'passes' : 'fails', output).toBe(valueOf(command, 'run'));
      expect(output).toContain(printsOf(command) ?? '');
      for (const place of marked(files)) expect(output).toContain(place);
    },
  );
});
