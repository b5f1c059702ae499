import type { TSESTree } from '@typescript-eslint/utils';
import { sharedSession as twin } from '../../../guard/rules/session/shared-session.ts';
import { defineRule } from '../../parts/define-rule.ts';
import { type Session, sessionOf } from '../../parts/sessions/sessions.ts';
import { startIn } from '../../parts/sessions/starts.ts';
import { isRunByRequestsAtOnce } from '../../syntax/request-handlers.ts';
import {
  functionAround,
  is,
  isBefore,
  isFunction,
  type Node,
  parentOf,
  propertyName,
  within,
} from '../../syntax/nodes.ts';
import { readsOf, type Source, writesOf } from '../../syntax/source.ts';

const { fix } = twin.meta.messages.start;

/** Each request starts a session, and all of them keep it in one place: a second request takes over the session of the first. */
export const sharedSession = defineRule(
  {
    ...twin.meta,
    messages: {
      variable: {
        says: 'Each request puts its session into `{place}`, which all requests share: a second one takes over the session of the first.',
        fix,
      },
    },
  },
  (source, report) => {
    for (const node of source.below(source.code.ast)) {
      if (!is(node, 'AssignmentExpression') || node.operator !== '=') continue;
      if (startIn(node.right) === undefined || isConditional(node)) continue;
      const isShared = is(node.left, 'Identifier')
        ? isOutsideOfHandler(source, node.left)
        : isFieldOfSingleton(source, node);
      if (isShared) report({ node, messageId: 'variable', data: { place: source.code.getText(node.left) } });
    }
  },
);

/** `if (!session) session = …`: somebody has thought of a second request. */
function isConditional(node: Node): boolean {
  for (let at = parentOf(node); at !== undefined && !isFunction(at); at = parentOf(at))
    if (is(at, 'IfStatement', 'ConditionalExpression', 'LogicalExpression', 'SwitchCase')) return true;
  return false;
}

/** A variable around the handlers of requests, which one of them sets, and uses after a wait. */
function isOutsideOfHandler(source: Source, name: TSESTree.Identifier): boolean {
  const variable = source.variableOf(name);
  const handler = functionAround(name);
  const place = variable?.defs[0]?.name;
  if (variable === undefined || handler === undefined || place === undefined) return false;
  if (within(place, handler) || isRunByRequestsAtOnce(source, functionAround(place))) return false;
  if (!isRunByRequestsAtOnce(source, handler) || sessionOf(source, name) === undefined) return false;
  if (isAsked(source, readsOf(variable)) || writesOf(variable).length > 2) return false;
  return readsOf(variable).some(
    read => functionAround(read) === handler && isBefore(name, read) && isWaitedBetween(source, name, read),
  );
}

function isWaitedBetween(source: Source, from: Node, to: Node): boolean {
  const handler = functionAround(from);
  return source
    .below(handler ?? source.code.ast)
    .some(node => is(node, 'AwaitExpression') && isBefore(from, node) && isBefore(node, to));
}

/** Somewhere the program asks whether there is a session: `if (session) …`. */
function isAsked(source: Source, reads: readonly Node[]): boolean {
  return reads.some(read => {
    for (let at = parentOf(read); at !== undefined && !isFunction(at); at = parentOf(at)) {
      const test = is(at, 'IfStatement', 'ConditionalExpression', 'WhileStatement') ? at.test : undefined;
      if (test !== undefined && within(read, test)) return true;
    }
    return false;
  });
}

/** `this.session = …` in a method of an `@Injectable()` of NestJS, which is made once for all requests. */
function isFieldOfSingleton(source: Source, { left }: TSESTree.AssignmentExpression): boolean {
  const method = functionAround(left);
  const name = propertyName(left);
  if (method === undefined || name === undefined || !is(left, 'MemberExpression')) return false;
  if (!is(left.object, 'ThisExpression') || !is(method.parent, 'MethodDefinition')) return false;
  const owner = method.parent.parent.parent;
  if (!isSingleton(source, owner) || isRunOnce(method.parent)) return false;
  const session: Session | undefined = sessionOf(source, left);
  const reads = source
    .below(owner)
    .filter(
      node => propertyName(node) === name && !(is(node.parent, 'AssignmentExpression') && node === left),
    );
  return session !== undefined && !isAsked(source, reads);
}

const lifecycle = /^(?:onModuleInit|onApplicationBootstrap|onModuleDestroy|constructor)$/;

function isRunOnce(method: TSESTree.MethodDefinition): boolean {
  const { key } = method;
  return decoratorsOf(method).length > 0 || (is(key, 'Identifier') && lifecycle.test(key.name));
}

/** Its one decorator is `@Injectable()`, and what it is given is not an object of a request, which would make it one as well. */
function isSingleton(source: Source, owner: Node): boolean {
  if (!is(owner, 'ClassDeclaration') || owner.superClass !== null) return false;
  if (!/['"]@nestjs\/common['"]/.test(source.text) || /['"]@nestjs\/schedule['"]/.test(source.text))
    return false;
  const [decorator, ...others] = decoratorsOf(owner);
  if (decorator === undefined || others.length > 0 || source.code.getText(decorator) !== '@Injectable()')
    return false;
  const made = owner.body.body.find(one => is(one, 'MethodDefinition') && one.kind === 'constructor');
  const params: readonly Node[] = is(made, 'MethodDefinition') ? made.value.params : [];
  const fields = owner.body.body.filter(one => is(one, 'PropertyDefinition') && decoratorsOf(one).length > 0);
  return fields.length === 0 && params.every(param => isOfMongoose(source, param));
}

function isOfMongoose(source: Source, param: Node): boolean {
  const decorators = is(param, 'TSParameterProperty', 'Identifier') ? decoratorsOf(param) : [];
  return decorators.some(one => /^@Inject(?:Model|Connection)\(/.test(source.code.getText(one)));
}

/** The parser of ESLint itself knows no decorators. */
function decoratorsOf(node: { readonly decorators?: readonly Node[] }): readonly Node[] {
  return node.decorators ?? [];
}
