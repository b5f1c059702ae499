import { expect, test } from 'vitest';
import { EventPipeline } from '../../../src/guard/events/event-pipeline.ts';
import { World } from '../../../src/guard/events/world.ts';
import { Reporter } from '../../../src/guard/findings/reporter.ts';
import type { ConfiguredRule } from '../../../src/guard/rules/engine/configure.ts';
import { ClientGuard, observing } from '../../../src/guard/runtime/client/client-guard.ts';

/** A rule that reports each end of session 1. */
function ruleOf(id: string, severity: 'warn' | 'error'): ConfiguredRule {
  const messages = { ends: { says: `${id} says`, fix: 'Fix it.' } };
  const meta = { id, category: 'suspicious', docs: '', recommended: 'warn', messages, defaults: {} } as const;
  const rule: ConfiguredRule['rule'] = {
    meta,
    create: ({ report }) => ({
      'session.ending': event => {
        if (event.session === 1) report({ messageId: 'ends' });
      },
    }),
  };
  return { rule, severity, options: {} };
}

/** Ends a session with a listener for findings that begins and ends another session of the same client before it returns. */
function endSession(...rules: readonly ConfiguredRule[]) {
  const found: [string, number | undefined][] = [];
  const pipeline = new EventPipeline(new World(), error => {
    throw error;
  });
  const reporter = new Reporter({
    deliver({ rule }, _context, occurrence) {
      found.push([rule, occurrence?.session]);
      end(2);
    },
    isAllowed: () => false,
  });
  const guard = new ClientGuard(1, pipeline, reporter, rules, observing);
  const end = (session: number) => {
    const record = guard.open({ type: 'session.started', session, by: 'user' });
    const event = { type: 'session.ending', session, by: 'user', inside: false, pending: [] } as const;
    return guard.publishAndAsk(event, record);
  };
  return { refusal: end(1), found };
}

test('The refusal of a rule stays, also if the listener of a later finding uses the client.', () => {
  const { refusal } = endSession(ruleOf('strict', 'error'), ruleOf('mild', 'warn'));
  expect(refusal?.message).toContain('strict says');
});

test('A finding that follows another one of the same event is of the session of that event.', () => {
  const { found } = endSession(ruleOf('first', 'warn'), ruleOf('second', 'warn'));
  expect(found).toEqual([
    ['first', 1],
    ['second', 1],
  ]);
});
