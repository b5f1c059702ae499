import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import * as parser from '@typescript-eslint/parser';
import { ESLint, type Linter } from 'eslint';
import { afterAll, beforeAll, expect, test } from 'vitest';
import plugin from '../../src/eslint/index.ts';

// Only the types tell that these are sessions, collections and models: another name, another file, no import of the driver.
const files = {
  'db.ts': `export { ClientSession as Unit, Collection as Table, MongoClient } from 'mongodb';
export { Model as Store, type ClientSession as Round, default as odm } from 'mongoose';
export interface Row {
  _id: string;
  n: number;
}
`,
  'parameter.ts': `import type { Row, Table, Unit } from './db.js';
export async function both(rows: Table<Row>, unit: Unit) {
  unit.startTransaction();
  await Promise.all([
    rows.insertOne({ _id: 'a', n: 1 }, { session: unit }),
    rows.insertOne({ _id: 'b', n: 1 }, { session: unit }), // typed
  ]);
  await unit.commitTransaction();
}
`,
  'property.ts': `import type { Row, Table, Unit } from './db.js';
interface Work {
  readonly unit: Unit;
  readonly rows: Table<Row>;
}
export class Import {
  private readonly unit;
  private readonly rows;
  constructor(work: Work) {
    this.unit = work.unit;
    this.rows = work.rows;
  }
  async run() {
    this.unit.startTransaction();
    this.rows.insertOne({ _id: 'a', n: 1 }, { session: this.unit }); // typed
    await this.unit.commitTransaction();
  }
}
`,
  'declared.ts': `import type { ClientSession, Collection } from 'mongodb';
export class Import {
  constructor(
    private readonly unit: ClientSession,
    private readonly rows: Collection,
  ) {}
  async run() {
    this.unit.startTransaction();
    this.rows.insertOne({ n: 1 }, { session: this.unit }); // by its declaration
    await this.unit.commitTransaction();
  }
}
`,
  'models.ts': `import type { Round, Row, Store } from './db.js';
export async function move(rows: Store<Row>, round: Round) {
  round.startTransaction();
  await rows.updateOne({ _id: 'a' }, { n: 1 }, { session: round });
  await rows.findOne({ _id: 'a' }, { session: round }); // typed
  await round.commitTransaction();
}
`,
  'other.ts': `interface Unit {
  startTransaction(): void;
  commitTransaction(): Promise<void>;
}
interface Rows {
  save(row: object, options: { session: Unit }): Promise<void>;
}
export async function both(rows: Rows, unit: Unit) {
  await Promise.all([rows.save({}, { session: unit }), rows.save({}, { session: unit })]);
}
`,
};

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'session-guard-typed-')));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['mongodb', 'mongoose', 'bson', '@types'])
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name), 'dir');
  const options = { module: 'nodenext', target: 'es2022', strict: true, skipLibCheck: true, types: ['node'] };
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function alarmsWith(parserOptions: Linter.ParserOptions): Promise<readonly string[]> {
  const config: Linter.Config = {
    ...plugin.configs.recommended,
    files: ['**/*.ts'],
    languageOptions: { parser, parserOptions },
  };
  const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: [config] });
  const results = await eslint.lintFiles(['*.ts']);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId, message }) => `${relative(folder, filePath)}:${line} ${ruleId ?? message}`),
  );
}

test('a session is known by its type: a parameter, a property, a re-export under another name, also of mongoose', async () => {
  expect(await alarmsWith({ projectService: true, tsconfigRootDir: folder })).toEqual([
    'declared.ts:9 session-guard/unawaited-operation',
    'models.ts:5 session-guard/outside-transaction',
    'parameter.ts:6 session-guard/parallel-in-transaction',
    'property.ts:15 session-guard/unawaited-operation',
  ]);
});

test('without types, the same files show what they say themselves', async () => {
  expect(await alarmsWith({})).toEqual([
    'declared.ts:9 session-guard/unawaited-operation',
    'parameter.ts:6 session-guard/parallel-in-transaction',
  ]);
});
