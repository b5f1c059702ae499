import * as fc from '../../support/properties.ts';
import { afterEach, expect, test, vi } from 'vitest';
import { codeFrame } from '../../../src/guard/findings/frame/code-frame.ts';
import { secretRanges } from '../../../src/guard/findings/frame/secret-ranges.ts';
import { sourceFile } from './source-file.ts';

vi.mock('../../../src/guard/findings/frame/secret-ranges.ts', { spy: true });

afterEach(() => vi.clearAllMocks());

/** How much was searched for secrets at once, in characters: that takes its time, and more than twice as much for twice the text. */
function searched(): number[] {
  return vi.mocked(secretRanges).mock.calls.map(([part]) => part.length);
}

const most = 2048;

test('of lines of any length, no more than 2 KB each are searched for secrets', () => {
  const length = fc.integer({ min: 0, max: 200_000 });
  const lines = fc.array(length, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(lines, fc.nat(200_000), fc.constantFrom('a', 'key:', "'", '漢'), (lengths, at, text) => {
      vi.mocked(secretRanges).mockClear();
      const file = sourceFile(...lengths.map(many => text.repeat(Math.ceil(many / text.length))));
      const line = Math.ceil(lengths.length / 2);
      expect(codeFrame({ file, line, column: at + 1 })).toBeDefined();
      expect(searched().length).toBeLessThanOrEqual(lengths.length);
      expect(Math.max(...searched())).toBeLessThanOrEqual(most);
    }),
    { numRuns: 50 },
  );
});

const statement = "var k='s3cr3t-'+a,b=c||'http://u:p@h/';f(a).g({password:b,key:\"x\"}),";
const minified = statement.repeat(Math.ceil(450_000 / statement.length));

test.each([0, 1, 111, 225_000, 449_990, 900_000])(
  'a minified file of 450 kB in one line has a frame of 2 KB at most (column %i)',
  at => {
    const frame = codeFrame({ file: sourceFile(minified), line: 1, column: at + 1 });
    expect(Buffer.byteLength(frame ?? '')).toBeGreaterThan(10);
    expect(Buffer.byteLength(frame ?? '')).toBeLessThanOrEqual(most);
    expect(frame).not.toContain('u:p@');
    expect(searched()).toHaveLength(1);
    expect(Math.max(...searched())).toBeLessThanOrEqual(most);
  },
);
