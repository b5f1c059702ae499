import type { TSESTree } from '@typescript-eslint/utils';
import type { Suggestion } from '../parts/define-rule.ts';
import { sessionOperations } from '../parts/operations.ts';
import { callsOn, type Session } from '../parts/sessions/sessions.ts';
import { sessionWorkOf } from '../parts/promises/session-work.ts';
import {
  bare,
  type Call,
  functionAround,
  is,
  methodOf,
  type Node,
  parentOf,
  within,
} from '../syntax/nodes.ts';
import { readsOf, type Source, type Variable } from '../syntax/source.ts';

const says = 'End the session in a `finally` block.';

/**
 * The `finally` that ends a session: a `try` around all that follows its declaration, or a third block of the `try` that ends it
 * only on its own way. Nothing where something of the session may still be in flight then: its end would come too early.
 */
export function endInFinally(source: Source, session: Session): readonly Suggestion[] {
  const { variable, owner, call } = session;
  const declaration = variable?.defs[0]?.parent;
  if (variable === undefined || owner === undefined || call === undefined) return [];
  if (
    !owner.async ||
    owner.generator ||
    !is(declaration, 'VariableDeclaration') ||
    declaration.kind === 'var'
  )
    return [];
  if (!isAllAwaited(source, session, variable)) return [];
  const end = `finally { await ${variable.name}.endSession(); }`;
  const ends = callsOn(source, session, 'endSession');
  const only = ends.length > 0 ? tryOf(ends) : undefined;
  if (only !== undefined) return [{ says, fix: fixer => fixer.insertTextAfter(only, ` ${end}`) }];
  return ends.length > 0 ? [] : aroundTheRest(declaration, end, owner.body);
}

/** The `try` whose own block ends the session, and that has no `finally`. */
function tryOf(ends: readonly Call[]): TSESTree.TryStatement | undefined {
  const [first] = ends;
  for (let at = first === undefined ? undefined : parentOf(first); at !== undefined; at = parentOf(at)) {
    if (!is(at, 'TryStatement')) continue;
    const { block, finalizer } = at;
    return finalizer === null && ends.every(end => within(end, block)) ? at : undefined;
  }
  return undefined;
}

/** The names that are declared in the rest are used in the rest alone, since it is the end of the function. */
function aroundTheRest(
  declaration: TSESTree.VariableDeclaration,
  end: string,
  body: Node,
): readonly Suggestion[] {
  if (!is(body, 'BlockStatement') || declaration.parent !== body) return [];
  const rest = body.body.filter(({ range }) => range[0] >= declaration.range[1]);
  const [first, last] = [rest[0], rest.at(-1)];
  if (first === undefined || last === undefined || rest.some(isHoisted)) return [];
  return [
    {
      says,
      fix: fixer => [fixer.insertTextBefore(first, 'try { '), fixer.insertTextAfter(last, ` } ${end}`)],
    },
  ];
}

function isHoisted(statement: Node): boolean {
  return (
    is(statement, 'FunctionDeclaration') || (is(statement, 'VariableDeclaration') && statement.kind === 'var')
  );
}

/** Each use of the session is a start, or stands in work that the function itself awaits. */
function isAllAwaited(source: Source, session: Session, variable: Variable): boolean {
  const awaitable = sessionWorkOf(source).filter(work => work.session === session);
  const operations = sessionOperations(source).filter(one => one.session === session);
  const values = [...awaitable, ...operations].map(({ value }) => value);
  if (
    values.some(value => !is(parentOf(value), 'AwaitExpression') || functionAround(value) !== session.owner)
  )
    return false;
  return readsOf(variable).every(read => values.some(value => within(read, value)) || isStartOrEnd(read));
}

function isStartOrEnd(read: Node): boolean {
  const member = parentOf(read);
  const call = is(member, 'MemberExpression') ? parentOf(member) : undefined;
  if (!is(call, 'CallExpression') || bare(call.callee) !== member) return false;
  const name = methodOf(call) ?? '';
  const isAwaited = is(parentOf(call), 'AwaitExpression');
  return (
    /^(?:startTransaction|inTransaction|endSession)$/.test(name) ||
    (isAwaited && /^(?:commit|abort)Transaction$/.test(name))
  );
}
