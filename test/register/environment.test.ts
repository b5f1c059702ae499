import { describe, expect, test } from 'vitest';
import { readEnvironment } from '../../src/register/environment.ts';

describe('the variables of the preload', () => {
  test('have defaults, also where they are set to nothing', () => {
    const defaults = {
      mode: 'observe',
      rules: undefined,
      trace: undefined,
      report: 'text',
      exitOnFindings: false,
    };
    expect(readEnvironment({})).toEqual(defaults);
    const empty = {
      SESSION_GUARD: '',
      SESSION_GUARD_RULES: ' ',
      SESSION_GUARD_TRACE: '',
      SESSION_GUARD_EXIT: '',
    };
    expect(readEnvironment(empty)).toEqual(defaults);
  });

  test('take what the page says', () => {
    const variables = {
      SESSION_GUARD: 'protect',
      SESSION_GUARD_RULES: '["strict", { "session-leak": "off" }]',
      SESSION_GUARD_TRACE: 'trace-%p.ndjson',
      SESSION_GUARD_REPORT: 'json',
      SESSION_GUARD_EXIT: '1',
    };
    expect(readEnvironment(variables)).toEqual({
      mode: 'protect',
      rules: ['strict', { 'session-leak': 'off' }],
      trace: 'trace-%p.ndjson',
      report: 'json',
      exitOnFindings: true,
    });
  });

  test.each([
    { SESSION_GUARD: 'true' },
    { SESSION_GUARD_REPORT: 'xml' },
    { SESSION_GUARD_EXIT: 'yes' },
    { SESSION_GUARD_RULES: '{' },
  ])('%o is refused with the name of the variable', variables => {
    const [name = ''] = Object.keys(variables);
    expect(() => readEnvironment(variables)).toThrow(name);
  });
});

test('a name that does not exist is refused, and those that do are told', () => {
  expect(() => readEnvironment({ SESSION_GUARD_EXITT: '1' })).toThrow(
    'There is no variable SESSION_GUARD_EXITT. The variables: SESSION_GUARD, SESSION_GUARD_RULES,',
  );
  expect(readEnvironment({ SESSION_GUARD_CACHE: '/tmp' }).mode).toBe('observe');
});
