import {
  bare,
  type Call,
  type Func,
  functionAround,
  is,
  methodOf,
  type Node,
  receiverOf,
  valueOf,
} from '../../syntax/nodes.ts';
import { functionOf, initOf, moduleOf, type Source } from '../../syntax/source.ts';

/**
 * The callback of a call that runs it for several elements at once, by a number in the text: `cursor.eachAsync(save, { parallel: 5 })`,
 * `pMap(rows, save, { concurrency: 5 })`, `Bluebird.map(rows, save)`. A number that is not in the text may be 1.
 */
export function callbackOfPool(source: Source, call: Call): Func | undefined {
  if (methodOf(call) === 'eachAsync') {
    const [callback, options] = call.arguments;
    return isMany(numberIn(options, 'parallel')) ? functionOf(source, callback) : undefined;
  }
  if (isOfBluebird(source, call)) {
    const [, callback, options] = call.arguments;
    const isMapped =
      methodOf(call) === 'map' && (options === undefined || isMany(numberIn(options, 'concurrency')));
    return isMapped ? functionOf(source, callback) : undefined;
  }
  if (!is(call.callee, 'Identifier') || moduleOf(source, call.callee) !== 'p-map') return undefined;
  const [, callback, options] = call.arguments;
  const isBounded = options !== undefined && !isMany(numberIn(options, 'concurrency'));
  return isBounded ? undefined : functionOf(source, callback);
}

/** `Promise.map(…)`, where `Promise` is that of bluebird. */
function isOfBluebird(source: Source, call: Call): boolean {
  const library = receiverOf(call);
  return library !== undefined && moduleOf(source, library) === 'bluebird';
}

/** The function that is run in a pool of p-limit with more than one place: `limit(() => orders.insertOne(…))`. */
export function functionInPool(source: Source, node: Node): Func | undefined {
  if (!is(node, 'CallExpression') || !is(node.callee, 'Identifier')) return undefined;
  const made = initOf(source.variableOf(node.callee));
  const maker = made === undefined ? undefined : bare(made);
  if (!is(maker, 'CallExpression') || moduleOf(source, maker.callee) !== 'p-limit') return undefined;
  const [size] = maker.arguments;
  return isMany(numberOf(size)) ? functionOf(source, node.arguments[0]) : undefined;
}

/** The function whose run a node belongs to: a function in a pool belongs to the one around it. */
export function runAround(source: Source, node: Node): Func | undefined {
  let func = functionAround(node);
  while (func?.parent !== undefined && functionInPool(source, func.parent) === func)
    func = functionAround(func);
  return func;
}

function numberIn(options: Node | undefined, name: string): number | undefined {
  return options === undefined ? undefined : numberOf(valueOf(bare(options), name));
}

function numberOf(node: Node | undefined): number | undefined {
  if (is(node, 'Identifier') && node.name === 'Infinity') return Infinity;
  return is(node, 'Literal') && typeof node.value === 'number' ? node.value : undefined;
}

function isMany(size: number | undefined): boolean {
  return size !== undefined && size > 1;
}
