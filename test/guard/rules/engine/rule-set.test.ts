import { expect, test } from 'vitest';
import {
  type Handlers,
  type Report,
  type Rule,
  type Severity,
} from '../../../../src/guard/rules/engine/rule.ts';
import { RuleSet } from '../../../../src/guard/rules/engine/rule-set.ts';
import { openRecord } from '../../../../src/guard/events/reducer.ts';
import { parseTrace } from '../../../../src/testing/index.ts';

function rule(id: string, handlers: (report: (report: Report) => void) => Handlers): Rule {
  const meta = {
    id,
    category: 'suspicious',
    docs: '',
    recommended: 'warn',
    messages: {},
    defaults: {},
  } as const;
  return { meta, create: context => handlers(what => context.report(what)) };
}

/** Dispatches a trace (without records, which these rules do not read) and returns what came out. */
function dispatch(trace: string, ...rules: (readonly [Rule, Severity])[]) {
  const reports: string[] = [];
  const failed: [string, unknown][] = [];
  const ruleset = new RuleSet(
    rules.map(([configured, severity]) => ({ rule: configured, severity, options: {} })),
    {
      onReport: (meta, severity, report) => reports.push(`${meta.id} ${severity} ${report.messageId}`),
      sessionsOf: () => [],
      clients: () => [],
      placeOf: () => undefined,
      starvedMS: () => 0,
      kept: (_rule, make) => make(),
      onRuleFailed: (id, error) => failed.push([id, error]),
    },
  );
  for (const event of parseTrace(trace)) ruleset.dispatch(event, undefined);
  return { reports, failed, ruleset };
}

const counts = rule('counts', report => ({
  'session.started': () => report({ messageId: 'start' }),
  'session.ended': () => report({ messageId: 'end' }),
}));

test('A report carries the rule and the severity it was configured with.', () => {
  const { reports } = dispatch('start run(a) end', [counts, 'error']);
  expect(reports).toEqual(['counts error start', 'counts error end']);
});

test('A rule that is off is not even made.', () => {
  let made = false;
  const off = rule('off', () => {
    made = true;
    return {};
  });
  const { ruleset } = dispatch('start end', [off, 'off'], [counts, 'off']);
  expect(made).toBe(false);
  expect(ruleset.handles('session.started')).toBe(false);
});

test('The table says which events a rule wants.', () => {
  const { ruleset } = dispatch('', [counts, 'warn']);
  expect(ruleset.handles('session.started')).toBe(true);
  expect(ruleset.handles('clock.ticked')).toBe(false);
});

test('A rule that throws is contained, reported once and out of use for all events; others go on.', () => {
  const bug = new Error('bug');
  const seen: string[] = [];
  const broken = rule('broken', () => ({
    'session.started': () => {
      seen.push('start');
      throw bug;
    },
    'session.ended': () => {
      seen.push('end');
      throw bug;
    },
  }));
  const { reports, failed } = dispatch('start s2:start end', [broken, 'warn'], [counts, 'warn']);
  expect(failed).toEqual([['broken', bug]]);
  expect(seen).toEqual(['start']);
  expect(reports).toEqual(['counts warn start', 'counts warn start', 'counts warn end']);
});

test('A report comes with the event and the session at which it was made.', () => {
  const occasions: unknown[] = [];
  const hooks = {
    onReport: (...[, , , occasion]: readonly unknown[]) => occasions.push(occasion),
    sessionsOf: () => [],
    clients: () => [],
    placeOf: () => undefined,
    starvedMS: () => 0,
    kept: <T extends object>(_rule: string, make: () => T) => make(),
    onRuleFailed() {},
  };
  const atOnce = rule('at once', report => {
    report({ messageId: 'made' });
    return { 'session.started': () => report({ messageId: 'start' }) };
  });
  const ruleset = new RuleSet([{ rule: atOnce, severity: 'warn', options: {} }], hooks);
  const [event] = parseTrace('start');
  if (event?.type !== 'session.started') throw new Error('A trace begins with start.');
  const session = openRecord(event);
  ruleset.dispatch(event, session);
  expect(occasions).toEqual([undefined, { event, session }]);
});
