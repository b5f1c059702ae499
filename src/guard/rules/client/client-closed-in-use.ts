import { defineRule, docsOf } from '../engine/rule.ts';

/** A client is closed while operations are in flight. */
export const clientClosedInUse = defineRule({
  meta: {
    id: 'client-closed-in-use',
    category: 'correctness',
    docs: docsOf('client-closed-in-use'),
    recommended: 'warn',
    defaults: {},
    messages: {
      operations: {
        says: 'The client was closed with {work} still in flight.',
        fix: 'Await all work before close(): stop the server first, and await every operation of a script.',
      },
      inside: {
        says: 'The client was closed from inside a callback of withSession or withTxn, which still needs it.',
        fix: 'Close the client after the callback has returned.',
      },
      cutOff: {
        says: 'close() waited {afterMS} ms and then cut off {work}.',
        fix: 'Await the work before close(), bound it by timeoutMS or maxTimeMS, or raise closeGraceMS.',
      },
    },
  },
  create({ report }) {
    return {
      'client.closing'({ work, site }) {
        if (work.fromInside) return report({ messageId: 'inside', site });
        const running =
          work.operations.length === 0 && work.callbacks > 0 ? ['a running callback'] : work.operations;
        if (running.length === 0) return;
        report({ messageId: 'operations', data: { work: listed(running) }, site });
      },
      'client.closed'({ cutOff, afterMS, site }) {
        if (cutOff.length === 0) return;
        report({ messageId: 'cutOff', data: { work: listed(cutOff), afterMS: Math.round(afterMS) }, site });
      },
    };
  },
});

function listed(operations: readonly string[]): string {
  const shown = operations.slice(0, 3).join(', ');
  return operations.length > 3 ? `${shown} and ${operations.length - 3} more` : shown;
}
