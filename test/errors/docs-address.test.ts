import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { expect, test } from 'vitest';
import { docsAddress } from '../../src/errors/docs-address.ts';
import { invalidOption } from '../../src/errors/errors.ts';
import { buildFinding } from '../../src/guard/findings/build-finding.ts';
import { rules } from '../../src/guard/rules/registry.ts';

test('the page of every rule, and of an error without a rule, is a file that opens from any folder', () => {
  const findings = rules.map(({ meta }) => buildFinding(meta, 'warn', { messageId: 'any' }).docs);
  for (const page of [...findings, invalidOption('no').docs]) {
    expect(isAbsolute(page)).toBe(true);
    expect(existsSync(page), page).toBe(true);
  }
});

test('an address stays as it is', () => {
  const address = docsAddress('docs/errors.md');
  expect(docsAddress(address)).toBe(address);
  expect(docsAddress('https://example.org/docs/errors.md')).toBe('https://example.org/docs/errors.md');
});
