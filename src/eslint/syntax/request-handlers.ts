import {
  bare,
  type Call,
  type Func,
  functionAround,
  is,
  isFunction,
  keyOf,
  methodOf,
  type Node,
  parentOf,
  pathOf,
} from './nodes.ts';
import { callsOf, mentionsOf, nameOf, type Source } from './source.ts';

const routes = new Set(['get', 'post', 'put', 'patch', 'delete', 'all']);
const exported = /^(?:handler|lambdaHandler|main|GET|POST|PUT|PATCH|DELETE)$/;

/** Is the function run for each request: a route, a server's callback, a function of a serverless platform, or called by one? */
export function isPerRequest(source: Source, func: Func | undefined): boolean {
  return leadsFrom(source, func, one => isHandler(source, one) || isExportedHandler(one));
}

/** Is the function run for several requests at once? A serverless platform gives a process one event at a time. */
export function isRunByRequestsAtOnce(source: Source, func: Func | undefined): boolean {
  return leadsFrom(source, func, one => isHandler(source, one));
}

function leadsFrom(
  source: Source,
  func: Func | undefined,
  isFirst: (func: Func) => boolean,
  depth = 0,
): boolean {
  if (func === undefined || depth > 3) return false;
  if (isFirst(func)) return true;
  // A callback inside a handler, such as that of `map`.
  const around = functionAround(func);
  if (around !== undefined && isInCall(func) && leadsFrom(source, around, isFirst, depth + 1)) return true;
  return callsOf(source, func).some(call => leadsFrom(source, functionAround(call), isFirst, depth + 1));
}

function isHandler(source: Source, func: Func): boolean {
  return [func as Node, ...mentionsOf(source, func)].some(
    place => isHandlerPlace(place) || isContextOfApollo(place),
  );
}

/** `context` of Apollo: `startStandaloneServer(server, { context: async () => … })`. */
function isContextOfApollo(place: Node): boolean {
  const property = parentOf(place);
  if (!is(property, 'Property') || keyOf(property) !== 'context') return false;
  const call = property.parent.parent;
  if (!is(call, 'CallExpression', 'NewExpression') || !is(call.callee, 'Identifier')) return false;
  return ['startStandaloneServer', 'expressMiddleware', 'ApolloServer'].includes(call.callee.name);
}

function isInCall(func: Node): boolean {
  return is(parentOf(func), 'CallExpression');
}

/** An argument of `app.post('/orders', …)` or `createServer(…)`. */
function isHandlerPlace(place: Node): boolean {
  const call = parentOf(place);
  if (!is(call, 'CallExpression') || bare(call.callee) === place) return false;
  const name = is(call.callee, 'Identifier') ? call.callee.name : (methodOf(call) ?? '');
  if (name === 'createServer') return true;
  return routes.has(name) && isPath(call) && call.arguments.at(-1) === place;
}

function isPath(call: Call): boolean {
  const [path] = call.arguments;
  return is(path, 'Literal') && typeof path.value === 'string' && path.value.startsWith('/');
}

function isExportedHandler(func: Func): boolean {
  const { parent } = func;
  const name = nameOf(func);
  // A route of Next.js may have no parameter; another function of that name is not a route.
  if (func.params.length === 0 && !(is(name, 'Identifier') && /^[A-Z]+$/.test(name.name))) return false;
  const isNamed = is(name, 'Identifier') && exported.test(name.name) && name.name !== 'main';
  const declaration = is(parent, 'VariableDeclarator') ? parent.parent.parent : parent;
  if (is(declaration, 'ExportNamedDeclaration')) return isNamed;
  if (is(declaration, 'ExportDefaultDeclaration')) return isNamed;
  if (!is(parent, 'AssignmentExpression') || parent.right !== func) return false;
  return /^(?:module\.)?exports\.handler$/.test(pathOf(parent.left) ?? '');
}

/** Is the function run for many elements of a list at once: `Promise.all(ids.map(findOrder))`? */
export function isRunAtOnce(source: Source, func: Func | undefined): boolean {
  if (func === undefined || !isFunction(func)) return false;
  return [func as Node, ...mentionsOf(source, func)].some(place => {
    const call = parentOf(place);
    if (!is(call, 'CallExpression') || !['map', 'from'].includes(methodOf(call) ?? '')) return false;
    const all = parentOf(call);
    return (
      is(all, 'CallExpression') && ['Promise.all', 'Promise.allSettled'].includes(pathOf(all.callee) ?? '')
    );
  });
}
