import { compileFunction } from 'node:vm';
import mongoose from 'mongoose';
import ts from 'typescript';
import { entries } from '../../../scripts/package/entries.mjs';
import type { Block } from './blocks.ts';

/** Values that a program finds prepared, by name. */
export type Names = Readonly<Record<string, unknown>>;

const load = 'importForExample';

/**
 * A program as the body of an async function. Its lines and columns are those of the block, and its file is one that holds just the
 * block, so that places and code frames are those that a reader of the page would see.
 */
export function compile(block: Block, file: string, prepared: Names): () => Promise<unknown> {
  const source = block.language === 'ts' ? transpile(block) : block.code;
  const body = `return (async () => { 'use strict';\n${withoutModuleSyntax(source)}\n})();`;
  const names = { ...prepared, [load]: importForExample };
  const run = compileFunction(body, Object.keys(names), { filename: file, lineOffset: -1 });
  return async () => run(...Object.values(names));
}

/** A function cannot hold `import` and `export`; what takes their place stands on the same line. */
function withoutModuleSyntax(source: string): string {
  return source
    .replaceAll(/^import (.+) from '(.+)';$/gm, (_, names: string, from: string) => {
      return `const ${bindings(names)} = await ${load}('${from}');`;
    })
    .replaceAll(/^export (?=const|async|function|class)/gm, '');
}

function bindings(names: string): string {
  if (names.startsWith('* as ')) return names.slice('* as '.length);
  if (names.startsWith('{')) return names.replaceAll(' as ', ': ');
  return `{ default: ${names} }`;
}

async function importForExample(name: string): Promise<unknown> {
  // Each example has one of its own: models and connections of mongoose are those of the process.
  if (name === 'mongoose') return { default: new mongoose.Mongoose() };
  const entry = entries.find(({ subpath }) => name === `session-guard${subpath.slice(1)}`);
  return import(/* @vite-ignore */ entry === undefined ? name : `../../../${entry.source}`);
}

function transpile({ code, page, line }: Block): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    // As in an application of NestJS.
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  };
  const { outputText, diagnostics = [] } = ts.transpileModule(code, {
    compilerOptions,
    reportDiagnostics: true,
  });
  const [first] = diagnostics;
  if (first !== undefined) {
    throw new Error(`${page}:${line}: ${ts.flattenDiagnosticMessageText(first.messageText, '\n')}`);
  }
  return outputText;
}
