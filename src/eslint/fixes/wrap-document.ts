import type { Suggestion } from '../parts/define-rule.ts';
import type { Operation } from '../parts/operations.ts';
import { bare, is, keyOf, type Node, outermost, parentOf } from '../syntax/nodes.ts';

/** Without an array, `create` takes the options for a second document. Both give back an array: its use must be seen to be right. */
export function wrapDocument({ call, chain, value }: Operation): readonly Suggestion[] {
  const [document, options, ...others] = call.arguments;
  if (document === undefined || options === undefined || others.length > 0 || chain.length > 1) return [];
  if (is(document, 'SpreadElement') || !isOptions(bare(options)) || !isUnusedOrTakenApart(value)) return [];
  return [
    {
      says: 'Put the document into an array.',
      fix: fixer => [fixer.insertTextBefore(document, '['), fixer.insertTextAfter(document, ']')],
    },
  ];
}

/** With another field it could be a document. */
function isOptions(node: Node): boolean {
  if (!is(node, 'ObjectExpression')) return false;
  return node.properties.every(
    property => is(property, 'Property') && /^(?:session|ordered)$/.test(keyOf(property) ?? ''),
  );
}

/** A statement of its own, or `const [order] = await …`. */
function isUnusedOrTakenApart(value: Node): boolean {
  const promise = parentOf(value);
  if (!is(promise, 'AwaitExpression')) return is(promise, 'ExpressionStatement');
  const parent = parentOf(outermost(promise));
  if (is(parent, 'ExpressionStatement')) return true;
  return is(parent, 'VariableDeclarator') && is(parent.id, 'ArrayPattern') && parent.id.elements.length <= 1;
}
