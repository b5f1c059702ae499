// @ts-check
import assert from 'node:assert/strict';

/** @typedef {import('@opentelemetry/sdk-trace-base').ReadableSpan} Span */
/** @typedef {import('./run-test.mjs').Entities} Entities */

/**
 * @typedef {object} Matching
 * @property {Entities} entities
 * @property {{ parse(text: string): any }} json
 */

/**
 * Compares the spans of a test with those that it expects, by the unified test format.
 * @param {any} expected  of `expectTracingMessages`
 * @param {readonly Span[]} spans
 * @param {Entities} entities
 * @param {Matching['json']} json
 */
export function matchSpans({ spans: wanted, ignoreExtraSpans = false }, spans, entities, json) {
  const ids = new Set(spans.map(span => span.spanContext().spanId));
  const roots = spans.filter(span => !ids.has(span.parentSpanContext?.spanId ?? ''));
  matchLevel(wanted, roots, spans, ignoreExtraSpans, { entities, json });
}

/**
 * @param {readonly any[]} wanted
 * @param {readonly Span[]} found
 * @param {readonly Span[]} all
 * @param {boolean} ignoreExtra
 * @param {Matching} matching
 */
function matchLevel(wanted, found, all, ignoreExtra, matching) {
  const names = found.map(({ name }) => name);
  const relevant = ignoreExtra ? found.filter(({ name }) => wanted.some(one => one.name === name)) : found;
  assert.deepEqual(
    relevant.map(({ name }) => name),
    wanted.map(({ name }) => name),
    `spans: ${names.join(', ')}`,
  );
  for (const [index, { name, attributes, nested = [] }] of wanted.entries()) {
    const span = /** @type {Span} */ (relevant[index]);
    matchDocument(attributes, span.attributes, name, matching, true);
    const { spanId } = span.spanContext();
    const inside = all.filter(one => one.parentSpanContext?.spanId === spanId);
    matchLevel(nested, inside, all, ignoreExtra, matching);
  }
}

/**
 * @param {any} expected
 * @param {any} actual
 * @param {string} path
 * @param {Matching} matching
 * @param {boolean} isRoot  other fields may be there
 */
function matchDocument(expected, actual, path, matching, isRoot) {
  const isKnown = (/** @type {string} */ key) => key in expected;
  if (!isRoot) assert.ok(Object.keys(actual).every(isKnown), `${path}: ${Object.keys(actual).join()}`);
  for (const [key, value] of Object.entries(expected)) match(value, actual[key], `${path} ${key}`, matching);
}

/**
 * @param {any} expected
 * @param {any} actual
 * @param {string} path
 * @param {Matching} matching
 * @returns {void}
 */
function match(expected, actual, path, matching) {
  const [operator] = isDocument(expected) ? Object.keys(expected) : [];
  if (operator?.startsWith('$$')) return matchOperator(operator, expected[operator], actual, path, matching);
  if (Array.isArray(expected)) {
    assert.equal(actual?.length, expected.length, path);
    for (const [index, value] of expected.entries())
      match(value, actual[index], `${path}[${index}]`, matching);
  } else if (isDocument(expected)) {
    assert.ok(isDocument(actual), `${path}: ${actual} is no document`);
    matchDocument(expected, actual, path, matching, false);
  } else {
    assert.deepEqual(actual, expected, path);
  }
}

/**
 * @param {string} operator
 * @param {any} argument
 * @param {any} actual
 * @param {string} path
 * @param {Matching} matching
 * @returns {void}
 */
function matchOperator(operator, argument, actual, path, matching) {
  switch (operator) {
    case '$$exists':
      return assert.equal(actual !== undefined, argument, `${path} exists`);
    case '$$type': {
      const types = [argument].flat();
      const type = typeof actual === 'number' ? ['int', 'long', 'double'] : [typeof actual];
      return assert.ok(
        type.some(one => types.includes(one)),
        `${path}: ${type.join()} is none of ${types.join()}`,
      );
    }
    case '$$sessionLsid': {
      const hex = Buffer.from(matching.entities.get(argument).id.id.buffer).toString('hex');
      return assert.equal(String(actual).replaceAll('-', ''), hex, path);
    }
    case '$$matchAsDocument': {
      const root = argument.$$matchAsRoot;
      return matchDocument(root ?? argument, matching.json.parse(actual), path, matching, root !== undefined);
    }
    case '$$unsetOrMatches':
      return actual === undefined ? undefined : match(argument, actual, path, matching);
    default:
      throw new Error(`The runner does not know ${operator}.`);
  }
}

/** @param {unknown} value */
function isDocument(value) {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
