import { expect, test } from 'vitest';
import { buildFinding } from '../../src/guard/findings/build-finding.ts';
import { formatFinding } from '../../src/guard/findings/format-text.ts';
import { escapeText } from '../../src/platform/escape-text.ts';
import { SessionGuardWarning } from '../../src/guard/findings/sinks/console.ts';
import { meta } from '../guard/findings/sample.ts';

const hostile = [
  '\n',
  '\r',
  '\u0000',
  '\u001B[31m',
  '\u007F',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u202E',
  '\u2066',
  '\u200F',
  '\uFEFF',
];

test.each(hostile)('%j in the name of a collection is written out in every text', character => {
  const operation = `insert on shop.a${character}[forged] error`;
  const finding = buildFinding(meta, 'warn', { messageId: 'late', data: { operation, seconds: 3 } });
  const warning = new SessionGuardWarning(finding);
  const texts = [
    finding.message,
    formatFinding(finding).split('\n  fix:')[0],
    warning.message,
    warning.stack,
  ];
  for (const text of texts) {
    expect(text).not.toContain(character);
    expect(text).toContain('\\u');
  }
  // The data are as they were: JSON writes them out by itself.
  expect(finding.data['operation']).toBe(operation);
});

test('a path with a line break is written out, in a place and in the fix', () => {
  const finding = buildFinding(
    meta,
    'warn',
    { messageId: 'late' },
    { file: '/app/a\nb\u202E.js', line: 1, column: 2 },
  );
  expect(formatFinding(finding)).toContain('at /app/a\\u000Ab\\u202E.js:1:2');
});

test('other letters stay as they are', () => {
  expect(escapeText('órdenes 注文 заказы 🚚')).toBe('órdenes 注文 заказы 🚚');
});
