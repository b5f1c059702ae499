import { type EffectKind, effectsOf } from '../../parts/transactions/effects.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import { isRunInPlace } from '../../parts/transactions/regions.ts';
import { type Runner, runnersAround } from '../../parts/transactions/transactions.ts';
import { type Func, functionAround, is, type Node, parentOf } from '../../syntax/nodes.ts';
import { callsOf, type Source } from '../../syntax/source.ts';

const fix = 'Do it after the commit: in afterCommit of withTxn, or after the call that runs the transaction.';

/** A callback does something that a rollback does not undo, and that is done again when the callback runs again. */
export const unrepeatableEffect = defineRule(
  {
    id: 'unrepeatable-effect',
    docs: 'docs/rules/unrepeatable-effect.md',
    options: { only: { type: 'string', enum: ['mail'] } },
    messages: {
      mail: {
        says: '{effect} in the callback of a transaction: it is sent again when the callback is run again after a conflict, and also when the transaction is aborted.',
        fix,
      },
      request: {
        says: '{effect} in the callback of a transaction: the request is made again when the callback is run again after a conflict, and stays when the transaction is aborted.',
        fix,
      },
      counter: {
        says: '{effect} in the callback of a transaction counts again when the callback is run again after a conflict.',
        fix: 'Reset it at the beginning of the callback, or count after the call that runs the transaction.',
      },
    },
  },
  (source, report, { only }) => {
    for (const { kind, node } of effectsOf(source, one => runnerFor(source, one)?.callback)) {
      if (!isWanted(kind, only) || runnerFor(source, node) === undefined) continue;
      const effect = is(node, 'CallExpression') ? labelOf(source, node) : source.code.getText(node);
      report({ node, messageId: kind, data: { effect } });
    }
  },
);

function isWanted(kind: EffectKind, only: unknown): boolean {
  return only === undefined || kind === only;
}

/** The runner whose callback a node is run in, also by a function of this file that the callback waits for. */
function runnerFor(source: Source, node: Node): Runner | undefined {
  const own = runnerAround(source, node);
  const func: Func | undefined = functionAround(node);
  if (own !== undefined || func === undefined) return own;
  for (const call of callsOf(source, func)) {
    const isAwaited = is(parentOf(call), 'AwaitExpression', 'ReturnStatement', 'ArrowFunctionExpression');
    const runner = isAwaited ? runnerAround(source, call) : undefined;
    if (runner !== undefined) return runner;
  }
  return undefined;
}

function runnerAround(source: Source, node: Node): Runner | undefined {
  const runner = runnersAround(source, node).find(({ isTransaction }) => isTransaction);
  return runner !== undefined && isRunInPlace(source, node, runner.callback) ? runner : undefined;
}
