import { describe, expect, test, vi } from 'vitest';
import { readEnvironment } from '../../src/guard/register/environment.ts';

const accepted = {
  SESSION_GUARD: 'protect',
  SESSION_GUARD_RULES: '["strict", { "session-leak": "off" }]',
  SESSION_GUARD_TRACE: 'trace-%p.ndjson',
  SESSION_GUARD_TRACE_MB: '64',
  SESSION_GUARD_REPORT: 'json',
  SESSION_GUARD_EXIT: '1',
};

describe('the variables of the preload', () => {
  test('have defaults, also where they are set to nothing', () => {
    const defaults = {
      mode: 'observe',
      rules: undefined,
      trace: undefined,
      traceMB: 512,
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
    expect(readEnvironment(accepted)).toEqual({
      mode: 'protect',
      rules: ['strict', { 'session-leak': 'off' }],
      trace: 'trace-%p.ndjson',
      traceMB: 64,
      report: 'json',
      exitOnFindings: true,
    });
  });

  test.each([
    { SESSION_GUARD: 'true' },
    { SESSION_GUARD_REPORT: 'xml' },
    { SESSION_GUARD_EXIT: 'yes' },
    { SESSION_GUARD_TRACE_MB: '0' },
    { SESSION_GUARD_TRACE_MB: '1.5' },
    { SESSION_GUARD_RULES: '{' },
  ])('%o is refused with the name of the variable', variables => {
    const [name = ''] = Object.keys(variables);
    expect(() => readEnvironment(variables)).toThrow(name);
  });
});

/** The warnings that reading these variables gives. */
function warningsOf(variables: NodeJS.ProcessEnv): string[] {
  const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  expect(readEnvironment(variables).mode).toBe('observe');
  const said = emit.mock.calls.map(([warning]) => String(warning));
  emit.mockRestore();
  return said;
}

test('a name that does not exist gets a warning that corrects it, and the program goes on', () => {
  const [warning, ...others] = warningsOf({ SESSION_GUARD_EXITT: '1', SESSION_GUARD_CACHE: '/tmp' });
  expect(warning).toContain('There is no variable SESSION_GUARD_EXITT; did you mean SESSION_GUARD_EXIT?');
  expect(others).toEqual([]);
  expect(warningsOf({ SESSION_GUARD_COLOUR: 'red' })[0]).toContain(
    'There is no variable SESSION_GUARD_COLOUR. The variables',
  );
});

test('variables that Kubernetes and Docker set for a service of that name are ignored', () => {
  const ofService = [
    'PORT',
    'SERVICE_HOST',
    'SERVICE_PORT',
    'SERVICE_PORT_HTTP',
    'PORT_80_TCP',
    'PORT_80_TCP_ADDR',
    'NAME',
  ];
  const ofOther = ['REPORT_SERVICE_HOST', 'REPORT_PORT_80_TCP', 'API_SERVICE_PORT'];
  const names = [...ofService, ...ofOther].map(name => [`SESSION_GUARD_${name}`, 'tcp://10.0.0.1:80']);
  expect(warningsOf(Object.fromEntries(names))).toEqual([]);
});
