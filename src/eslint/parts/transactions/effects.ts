import type { TSESTree } from '@typescript-eslint/utils';
import {
  awaited,
  bare,
  type Call,
  type Func,
  functionAround,
  is,
  isBefore,
  isInLoop,
  methodOf,
  type Node,
  pathOf,
  receiverOf,
  valueOf,
  within,
} from '../../syntax/nodes.ts';
import { shownBy } from '../../syntax/properties.ts';
import { initOf, moduleOf, type Source, type Variable, writesOf } from '../../syntax/source.ts';

/** An effect that a database does not undo: it is done again when the code around it runs again. */
export type EffectKind = 'mail' | 'request' | 'counter';

export interface Effect {
  readonly kind: EffectKind;
  readonly node: Node;
}

/** The effects of a file, in the order of the text. `callback` gives the function that may be run again, for a node in it. */
export function effectsOf(source: Source, callback: (node: Node) => Func | undefined): readonly Effect[] {
  return source.below(source.code.ast).flatMap((node): readonly Effect[] => {
    if (is(node, 'CallExpression') && isMail(source, node)) return [{ kind: 'mail', node }];
    if (is(node, 'CallExpression') && isRequest(source, node)) return [{ kind: 'request', node }];
    const target = countedBy(node);
    if (target === undefined) return [];
    const func = callback(node);
    const isCounted = func !== undefined && isKeptOutside(source, target, node, func);
    return isCounted ? [{ kind: 'counter', node }] : [];
  });
}

/** `sendMail` of nodemailer, `send` of SendGrid, `emails.send` of Resend, `messages.create` of Twilio. */
function isMail(source: Source, call: Call): boolean {
  const receiver = receiverOf(call);
  const name = methodOf(call);
  if (receiver === undefined) return false;
  if (name === 'sendMail') return makerOf(source, receiver) === 'createTransport';
  if (name === 'send' && moduleOf(source, receiver) === '@sendgrid/mail') return true;
  if (!is(receiver, 'MemberExpression')) return false;
  const path = pathOf(receiver) ?? '';
  const isResend =
    name === 'send' && path.endsWith('.emails') && makerOf(source, receiver.object) === 'Resend';
  return isResend || (name === 'create' && path.endsWith('.messages') && isTwilio(source, receiver.object));
}

/** The call or `new` that makes the value of a variable, or of a field of the class: `createTransport(…)`, `new Resend(…)`. */
function makerOf(source: Source, node: Node): string | undefined {
  const made = madeFor(source, node);
  if (is(made, 'NewExpression')) return pathOf(made.callee);
  if (!is(made, 'CallExpression')) return undefined;
  return methodOf(made) ?? pathOf(made.callee);
}

function isTwilio(source: Source, node: Node): boolean {
  const made = madeFor(source, node);
  return is(made, 'CallExpression') && moduleOf(source, made.callee) === 'twilio';
}

function madeFor(source: Source, node: Node): Node | undefined {
  const init = initOf(source.variableOf(node)) ?? shownBy(source, bare(node))?.value;
  return init === undefined ? undefined : awaited(init);
}

const clients = /^(?:axios|got|ky|superagent|node-fetch|undici)$/;

/** A request that makes something new each time: POST or PATCH, without a key by which the other side knows a second one. */
function isRequest(source: Source, call: Call): boolean {
  if (/idempoten/i.test(source.code.getText(call))) return false;
  const receiver = receiverOf(call);
  if (receiver !== undefined) {
    const isClient = clients.test(moduleOf(source, receiver) ?? '');
    return isClient && /^(?:post|patch)$/.test(methodOf(call) ?? '');
  }
  const callee = bare(call.callee);
  const isGlobalFetch = pathOf(callee) === 'fetch' && (source.variableOf(callee)?.defs.length ?? 0) === 0;
  if (!isGlobalFetch && !clients.test(moduleOf(source, callee) ?? '')) return false;
  return call.arguments.some(argument => {
    const method = valueOf(bare(argument), 'method');
    return is(method, 'Literal') && /^(?:post|patch)$/i.test(String(method.value));
  });
}

/** `n` in `n += 1` and `n++`, `list` in `list.push(…)`. */
function countedBy(node: Node): TSESTree.Identifier | undefined {
  if (is(node, 'UpdateExpression')) return nameIn(node.argument);
  if (is(node, 'AssignmentExpression')) return /^[+-]=$/.test(node.operator) ? nameIn(node.left) : undefined;
  const isPush = is(node, 'CallExpression') && methodOf(node) === 'push' && node.arguments.every(isValue);
  return isPush ? nameIn(receiverOf(node)) : undefined;
}

/** The result of a call may be something to close or clear later: `timers.push(setTimeout(…))`. */
function isValue(argument: Node): boolean {
  return is(argument, 'Identifier', 'MemberExpression', 'ObjectExpression', 'AwaitExpression');
}

function nameIn(node: Node | undefined): TSESTree.Identifier | undefined {
  return is(node, 'Identifier') ? node : undefined;
}

/** It counts the attempts themselves. */
const ofAttempts = /attempt|tr(?:y|ies)|retr|runs?$|calls?$|times|rounds?|log|trace|events?$|seen/i;

/** The variable is from outside of the callback, which does not reset it. */
function isKeptOutside(source: Source, name: TSESTree.Identifier, node: Node, callback: Func): boolean {
  const variable = source.variableOf(name);
  const place = variable?.defs[0]?.name;
  if (variable === undefined || place === undefined || within(place, callback)) return false;
  if (ofAttempts.test(variable.name) || isCountOfAttempts(node, callback)) return false;
  if (isEmptied(source, variable, callback)) return false;
  return !writesOf(variable).some(
    ({ identifier }) => within(identifier, callback) && isBefore(identifier, node) && isSet(identifier),
  );
}

/** `n += 1` in the callback itself is done once in each attempt: it may well count them. In a loop it counts something else. */
function isCountOfAttempts(node: Node, callback: Func): boolean {
  const isOne =
    is(node, 'UpdateExpression') || (is(node, 'AssignmentExpression') && is(node.right, 'Literal'));
  return isOne && functionAround(node) === callback && !isInLoop(node);
}

function isSet(identifier: Node): boolean {
  return is(identifier.parent, 'AssignmentExpression') && identifier.parent.operator === '=';
}

/** `list.length = 0`, `list.splice(0)`. */
function isEmptied(source: Source, variable: Variable, callback: Func): boolean {
  return source.below(callback).some(node => {
    const member = is(node, 'AssignmentExpression')
      ? node.left
      : is(node, 'CallExpression')
        ? node.callee
        : node;
    if (!is(member, 'MemberExpression') || !is(member.property, 'Identifier')) return false;
    const isEmptying = is(node, 'AssignmentExpression')
      ? member.property.name === 'length'
      : is(node, 'CallExpression') && member.property.name === 'splice';
    return isEmptying && source.variableOf(member.object) === variable;
  });
}
