import { outsideTransaction as twin } from '../../../guard/rules/transaction/outside-transaction.ts';
import { isSameClient, rootOf } from '../../parts/clients/clients.ts';
import { isModel } from '../../parts/clients/collection-or-model.ts';
import { defineRule, labelOf } from '../../parts/define-rule.ts';
import {
  bare,
  type Call,
  is,
  isBefore,
  methodOf,
  type Node,
  parentOf,
  pathOf,
  receiverOf,
  valueOf,
} from '../../syntax/nodes.ts';
import { type Operation, operationsOf } from '../../parts/operations.ts';
import { hasAlwaysRun } from '../../syntax/order.ts';
import { isOfSameClient, type Region, regionOf } from '../../parts/transactions/regions.ts';
import { passSession } from '../../fixes/pass-session.ts';
import { wrapDocument } from '../../fixes/wrap-document.ts';
import { initOf, readsOf, type Source } from '../../syntax/source.ts';
import { transactionAt } from '../../parts/transactions/transactions.ts';
import { beginOfBulk } from '../../parts/promises/session-work.ts';

type Fault = 'write' | 'used' | 'read' | 'gridfs' | 'stage';

/** A call in a transaction does not carry its session. */
export const outsideTransaction = defineRule(twin.meta, (source, report) => {
  for (const operation of operationsOf(source)) {
    const { call } = operation;
    const fault = faultOf(source, operation);
    const data = { operation: labelOf(source, call), stage: stageOf(operation) ?? '' };
    if (fault === undefined) continue;
    report({ node: call, messageId: fault, data, suggest: suggestionsFor(source, operation, fault) });
  }
  for (const call of source.calls) {
    if (isBulkOutside(source, call))
      report({ node: call, messageId: 'write', data: { operation: labelOf(source, call) } });
    if (!isUpload(source, call) || regionOf(source, call) === undefined) continue;
    report({ node: call, messageId: 'gridfs', data: { operation: labelOf(source, call) } });
  }
});

/** Nothing is suggested where the session stands in another argument, or where it would not help. */
function suggestionsFor(source: Source, operation: Operation, fault: Fault) {
  if (operation.carries === 'session') return wrapDocument(operation);
  const session = operation.carries === 'none' ? regionOf(source, operation.call)?.session : undefined;
  const fix =
    session === undefined || fault === 'stage' ? undefined : passSession(source, operation, session);
  return fix === undefined ? [] : [{ says: 'Pass the session.', fix }];
}

function faultOf(source: Source, operation: Operation): Fault | undefined {
  const { call, carries, session, name } = operation;
  if (name === 'createIndex') return undefined;
  if (carries === 'session') return isCreateOfOne(source, operation) ? 'write' : undefined;
  if (carries === 'misplaced') {
    const isOpen = session !== undefined && transactionAt(source, call, session) !== undefined;
    return isOpen ? (operation.kind === 'write' ? 'write' : 'read') : undefined;
  }
  if (carries !== 'none' || !operation.isSent) return undefined;
  const region = regionOf(source, call);
  if (region === undefined || !isKnown(source, operation, region)) return undefined;
  if (stageOf(operation) !== undefined) return 'stage';
  const used = isUsedBefore(source, region, operation);
  if (operation.kind === 'read')
    return used === 'write' && !isAsserted(source, operation.value) ? 'read' : undefined;
  return used === undefined ? 'write' : 'used';
}

/** `const order = await Order.findOne(…); assert(!order);`: the program shows what others see. */
function isAsserted(source: Source, value: Node): boolean {
  const kept = parentOf(parentOf(value) ?? value);
  const target = is(kept, 'VariableDeclarator')
    ? kept.id
    : is(kept, 'AssignmentExpression')
      ? kept.left
      : value;
  const variable = source.variableOf(target);
  const places = variable === undefined ? [value] : readsOf(variable).filter(read => isBefore(value, read));
  return places[0] !== undefined && isInAssertion(places[0]);
}

function isInAssertion(node: Node): boolean {
  for (let at = parentOf(node); at !== undefined && !is(at, 'BlockStatement'); at = parentOf(at))
    if (is(at, 'CallExpression') && /^(?:assert|expect|console\.assert)\b/.test(pathOf(at.callee) ?? ''))
      return true;
  return false;
}

/** Is it surely a call of the driver or of mongoose, on the client of the transaction? */
function isKnown(source: Source, operation: Operation, region: Region): boolean {
  const { receiver, name } = operation;
  if (name === 'save') return isNewDocument(source, receiver, region);
  if (name === 'create' && !isModel(source, receiver)) return false;
  return isOfSameClient(source, region, receiver);
}

/** `const order = new Order(…); await order.save();`: nothing has given the document a session. */
function isNewDocument(source: Source, receiver: Node, region: Region): boolean {
  const variable = source.variableOf(receiver);
  const init = initOf(variable);
  if (variable === undefined || init === undefined || !is(bare(init), 'NewExpression')) return false;
  const made = bare(init);
  const model = is(made, 'NewExpression') ? made.callee : undefined;
  if (model === undefined || !is(model, 'Identifier', 'MemberExpression')) return false;
  const hasSession = readsOf(variable).some(read => /\$session|\$locals/.test(nextName(read)));
  if (!isModel(source, model) || hasSession) return false;
  return region.carried.length > 0 && isOfSameClient(source, region, model);
}

function nextName(read: Node): string {
  const { parent } = read;
  return is(parent, 'MemberExpression') && is(parent.property, 'Identifier') ? parent.property.name : '';
}

/** What the transaction has done before, on every way, with the same collection. */
function isUsedBefore(source: Source, { carried, place }: Region, { receiver }: Operation) {
  const path = nameOfCollection(source, receiver);
  const before = carried.filter(
    one => nameOfCollection(source, one.receiver) === path && hasAlwaysRun(one.value, place),
  );
  if (path === undefined || before.length === 0) return undefined;
  return before.some(({ kind }) => kind === 'write') ? 'write' : 'read';
}

function nameOfCollection(source: Source, receiver: Node): string | undefined {
  const path = pathOf(receiver);
  if (path !== undefined) return path;
  return is(receiver, 'CallExpression') && methodOf(receiver) === 'collection'
    ? source.code.getText(receiver)
    : undefined;
}

/** `$merge` or `$out` at the end of a literal pipeline. */
function stageOf({ call, name }: Operation): string | undefined {
  const [pipeline] = name === 'aggregate' ? call.arguments : [];
  if (!is(pipeline, 'ArrayExpression')) return undefined;
  const last = pipeline.elements.at(-1);
  if (last === null || last === undefined) return undefined;
  return ['$merge', '$out'].find(stage => valueOf(bare(last), stage) !== undefined);
}

/** `Order.create(order, { session })`: without an array the options are a second document. */
function isCreateOfOne(source: Source, { call, name, receiver, session }: Operation): boolean {
  const [first, options] = call.arguments;
  if (name !== 'create' || session === undefined || first === undefined || options === undefined)
    return false;
  if (!isModel(source, receiver)) return false;
  const init = is(bare(first), 'Identifier') ? initOf(source.variableOf(first)) : first;
  return init !== undefined && is(bare(init), 'ObjectExpression');
}

/** `bulk.execute()` of a bulk that was begun without options, either: the options of the beginning may have a session. */
function isBulkOutside(source: Source, call: Call): boolean {
  const begin = call.arguments.length === 0 ? beginOfBulk(source, call) : undefined;
  const collection = begin === undefined || begin.arguments.length > 0 ? undefined : receiverOf(begin);
  const region = collection === undefined ? undefined : regionOf(source, call);
  return region !== undefined && collection !== undefined && isOfSameClient(source, region, collection);
}

const uploads = new Set(['openUploadStream', 'openUploadStreamWithId']);

/** A file of GridFS that is written, in a bucket that this file makes. */
function isUpload(source: Source, call: Call): boolean {
  const receiver = uploads.has(methodOf(call) ?? '') ? receiverOf(call) : undefined;
  const init = receiver === undefined ? undefined : initOf(source.variableOf(receiver));
  if (init === undefined || !is(bare(init), 'NewExpression')) return false;
  const region = regionOf(source, call);
  if (region === undefined) return false;
  const roots = region.carried.map(one => rootOf(source, one.receiver));
  return !roots.some(root => isSameClient(root, rootOf(source, init)) === false);
}
