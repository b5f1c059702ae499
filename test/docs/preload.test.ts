import { expect, test } from 'vitest';
import { markedLines, pagesIn, printsOf, programsOf } from './support/blocks.ts';
import { runPreloadBlock } from './support/run-preload-block.ts';

const blocks = pagesIn('docs')
  .flatMap(page => programsOf(page))
  .filter(({ flags }) => flags.includes('preload'));

test.each(blocks)('the program at $page:$line does what the page says under the preload', async block => {
  const { code, printed, lines } = await runPreloadBlock(block);
  expect(lines).toEqual(markedLines(block.code));
  expect(printed).toBe(printsOf(block) ?? printed);
  expect(code).toBe(block.flags.includes('SESSION_GUARD_EXIT=1') ? 1 : 0);
});
