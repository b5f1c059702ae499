import { readdirSync, readFileSync } from 'node:fs';
import type { Block } from './blocks.ts';

const root = new URL('../../../', import.meta.url);

/** The example in the doc comment of a declaration of `src`. */
export interface Example extends Block {
  /** The declared name. */
  readonly name: string;
  /** What the comments `// → …` say that it prints. */
  readonly prints: readonly string[];
}

/** A doc comment, with the line of code below it. */
const commented = /\/\*\*(?<comment>(?:(?!\*\/)[^])*)\*\/\n(?<declared>[^\n]*)/g;

const fenced = /@example\n *\* ```ts(?<flags>[^\n]*)\n(?<code>[^]*?)\n *\* ```/;

/** The name in `export async function name(`, `export class Name`, `  static name(` or `  name(`. */
const name =
  /^(?:export )?(?:declare )?(?:static )?(?:async )?(?:function\*? |class |interface )?(?<name>\w+)/;

/** Every `@example` of the source. */
export function examples(): Example[] {
  const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' });
  return files
    .filter(file => file.endsWith('.ts'))
    .toSorted()
    .flatMap(file => examplesIn(`src/${file}`));
}

function examplesIn(page: string): Example[] {
  const text = readFileSync(new URL(page, root), 'utf8');
  return [...text.matchAll(commented)].flatMap(({ index, groups = {} }) => {
    const { comment = '', declared = '' } = groups;
    const block = fenced.exec(comment);
    if (block === null) return [];
    const { flags = '', code = '' } = block.groups ?? {};
    const lines = code.split('\n').map(line => line.replace(/^ *\* ?/, ''));
    const before = text.slice(0, index + comment.indexOf(code)).split('\n').length;
    return {
      page,
      line: before,
      heading: '',
      language: 'ts',
      flags: flags.split(' ').filter(flag => flag !== ''),
      code: lines.join('\n'),
      name: name.exec(declared.trim())?.groups?.['name'] ?? '',
      prints: lines.flatMap(line => /\/\/ → (.*)$/.exec(line)?.[1] ?? []),
    };
  });
}
