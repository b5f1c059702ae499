import { pathToFileURL } from 'node:url';
import type { TSESLint } from '@typescript-eslint/utils';
import { docsAddress } from '../../errors/docs-address.ts';
import { isAllowedByComment } from '../../guard/findings/frame/allow-comment.ts';
import type { RuleMeta } from '../../guard/rules/engine/rule.ts';
import { bare, is, type Node, parentOf } from '../syntax/nodes.ts';
import { type Source, sourceOf } from '../syntax/source.ts';

export type Fix = TSESLint.ReportFixFunction;

export interface Report<M extends string> {
  /** The call or declaration that is wrong: the mark stands under the name of a method that is called. */
  readonly node: Node;
  readonly messageId: M;
  readonly data?: Readonly<Record<string, string | number>>;
  /** Changes that a reader may choose; each says what it does, and is offered only where the result is surely right. */
  readonly suggest?: readonly Suggestion[];
}

export interface Suggestion {
  readonly says: string;
  readonly fix: Fix;
}

export type EditRule = TSESLint.RuleModule<string>;

/** A file without any of these words has nothing to look at. */
const words = /session|withTxn|MongoClient|mongoose|ConnectionManager|createConnection/i;

type EditMeta<M extends string> = Pick<RuleMeta<M>, 'id' | 'docs' | 'messages'> & {
  /** The JSON schemas of the options by their names. */
  readonly options?: Readonly<Record<string, { readonly type: 'string'; readonly enum: string[] }>>;
};

type Check<M extends string> = (
  source: Source,
  report: (report: Report<M>) => void,
  options: Readonly<Record<string, unknown>>,
) => void;

/**
 * A rule at edit time, under the id, the page and the wording of its run-time twin, if it has one. `check` sees the whole file at
 * its end.
 */
export function defineRule<M extends string>(
  { id, docs, messages, options = {} }: EditMeta<M>,
  check: Check<M>,
): EditRule {
  return {
    meta: {
      type: 'problem',
      docs: { description: `session-guard: ${id}`, url: addressOf(docs) },
      hasSuggestions: true,
      schema: schemaOf(options),
      messages: { ...texts(messages), suggestion: '{{says}}' },
    },
    defaultOptions: [],
    create(context) {
      return {
        'Program:exit'() {
          const code = context.sourceCode;
          if (!words.test(code.text)) return;
          const reported = new Set<Node>();
          const report = (found: Report<M>) => {
            if (reported.has(found.node) || isAllowed(code, id, found.node) || isExpected(found.node)) return;
            reported.add(found.node);
            context.report(described(found));
          };
          const [given]: readonly unknown[] = context.options;
          check(sourceOf(code), report, { ...(typeof given === 'object' ? given : undefined) });
        },
      };
    },
  };
}

function schemaOf(options: Required<EditMeta<string>>['options']): EditRule['meta']['schema'] {
  if (Object.keys(options).length === 0) return [];
  return [{ type: 'object', properties: { ...options }, additionalProperties: false }];
}

function described<M extends string>({ node, messageId, data, suggest }: Report<M>) {
  const suggestions = (suggest ?? []).map(({ says, fix }) => ({
    messageId: 'suggestion',
    data: { says },
    fix,
  }));
  return { node, loc: markOf(node).loc, messageId, data: { ...data }, suggest: suggestions };
}

/** What the fault is, and what to do about it: one message. */
function texts<M extends string>(messages: RuleMeta<M>['messages']): Record<string, string> {
  const entries = Object.entries<{ says: string; fix: string }>(messages);
  return Object.fromEntries(
    entries.map(([name, { says, fix }]) => [name, `${says} ${fix}`.replaceAll(/\{(\w+)\}/g, '{{$1}}')]),
  );
}

/** The name of the method of a call: its line is the line that a finding at run time names. */
function markOf(node: Node): Node {
  const callee = is(node, 'CallExpression') ? bare(node.callee) : undefined;
  return is(callee, 'MemberExpression') ? callee.property : node;
}

/** As at run time: the comment stands on the line of the place or above it; also above the statement. */
function isAllowed(code: Readonly<TSESLint.SourceCode>, rule: string, node: Node): boolean {
  let statement: Node = node;
  for (let at = parentOf(node); at !== undefined && !/Statement|Declaration$|^Program$/.test(at.type); ) {
    statement = at;
    at = parentOf(at);
  }
  const lines = [markOf(node).loc.start.line, node.loc.start.line, statement.loc.start.line];
  return lines.some(line => isAllowedByComment(rule, code.lines, line));
}

/** A test wants the error: `expect(orders.insertOne(…)).rejects`, `assert.rejects(…)`. */
function isExpected(node: Node): boolean {
  for (let at = parentOf(node); at !== undefined; at = parentOf(at)) {
    const called = is(at, 'CallExpression') ? bare(at.callee) : undefined;
    const name = is(called, 'MemberExpression') ? called.property : called;
    if (!is(at, 'CallExpression') || !is(name, 'Identifier')) continue;
    if (/^(?:rejects|throwsAsync|throws)$/.test(name.name)) return true;
    const next = parentOf(at);
    if (name.name === 'expect' && is(next, 'MemberExpression') && isRejection(next)) return true;
  }
  return false;
}

/** `.rejects.toThrow(…)`, `.to.be.rejectedWith(…)`, `.toThrow(…)`. */
function isRejection(member: Node): boolean {
  for (let at: Node | undefined = member; is(at, 'MemberExpression', 'CallExpression'); at = parentOf(at)) {
    if (is(at, 'MemberExpression')) {
      const name = nameIn(at.property);
      if (name === 'not') return false;
      if (/reject|throw/i.test(name)) return true;
    }
  }
  return false;
}

function nameIn(node: Node): string {
  return is(node, 'Identifier') ? node.name : '';
}

function addressOf(page: string): string {
  const address = docsAddress(page);
  return address.startsWith('/') ? pathToFileURL(address).href : address;
}

/** What a message calls a call: `orders.insertOne()`. */
export function labelOf(source: Source, call: Node): string {
  const callee = is(call, 'CallExpression') ? bare(call.callee) : call;
  if (!is(callee, 'MemberExpression')) return `${source.code.getText(callee)}()`;
  const object = bare(callee.object);
  const name = source.code.getText(callee.property);
  return is(object, 'Identifier', 'MemberExpression')
    ? `${source.code.getText(object)}.${name}()`
    : `${name}()`;
}
