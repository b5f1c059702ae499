import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { entries } from '../../../scripts/package/entries.mjs';
import type { Example } from './doc-comments.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The variables that every example starts with, see `prepared.ts`. Documents have any fields. */
const prepared = `
  declare const mongo: import('session-guard').ConnectionManager;
  declare const client: import('mongodb').MongoClient;
  declare const db: import('mongodb').Db;
  declare const uri: string;
  declare const users: import('mongodb').Collection<any>;
  declare const accounts: typeof users;
  declare const stock: typeof users;
  declare const orders: typeof users;`;

const options: ts.CompilerOptions = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.esnext.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowImportingTsExtensions: true,
  types: ['node'],
  // As in an application of NestJS.
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  paths: Object.fromEntries(
    entries.map(({ subpath, source }) => [`session-guard${subpath.slice(1)}`, [join(root, source)]]),
  ),
};

/** Compiles the examples as modules of a user, against the source. @returns what the compiler says */
export function compileErrors(examples: readonly Example[]): string[] {
  const files = new Map(examples.map((example, index) => [join(root, `example-${index}.ts`), example]));
  const globals = join(root, 'example-variables.d.ts');
  const texts = new Map([...files].map(([file, { code }]) => [file, code]));
  texts.set(globals, prepared);
  const disk = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: file => texts.has(file) || disk.fileExists(file),
    readFile: file => texts.get(file) ?? disk.readFile(file),
    getSourceFile(file, target, ...others) {
      const text = texts.get(file);
      return text === undefined
        ? disk.getSourceFile(file, target, ...others)
        : ts.createSourceFile(file, text, target, true);
    },
  };
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...files].flatMap(([file, { name, page, line }]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(diagnostic => {
      const at = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
      const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
      return `${page}:${line + at} (${name}): ${text}`;
    }),
  );
}
