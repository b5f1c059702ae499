import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block of code in a page of the documentation. */
export interface Block {
  /** The page, as a path inside the package. */
  readonly page: string;
  /** The line of the page that its first line of code stands in, from 1. */
  readonly line: number;
  /** The `##` heading that it stands under. */
  readonly heading: string;
  readonly language: string;
  /** The words after the language: `standalone` runs on a server of that kind. */
  readonly flags: readonly string[];
  readonly code: string;
}

const root = new URL('../../../', import.meta.url);

export function readPage(page: string): string {
  return readFileSync(new URL(page, root), 'utf8');
}

/** The Markdown files of a folder, as paths inside the package. */
export function pagesIn(folder: string): string[] {
  const files = readdirSync(new URL(`${folder}/`, root));
  return files.filter(file => file.endsWith('.md')).map(file => `${folder}/${file}`);
}

export function headingsOf(page: string): string[] {
  return readPage(page).match(/^##+ .*$/gm) ?? [];
}

interface Open extends Omit<Block, 'code'> {
  readonly fence: string;
  readonly lines: string[];
}

/** Every fenced block of a page, of whatever language. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let heading = '';
  let open: Open | undefined;
  for (const [index, text] of readPage(page).split('\n').entries()) {
    const fence = /^\s*(```+)\s*(.*)$/.exec(text);
    if (open !== undefined && fence?.[1] === open.fence && fence[2] === '') {
      blocks.push({ ...open, code: open.lines.join('\n') });
      open = undefined;
    } else if (open !== undefined) open.lines.push(text);
    else if (fence !== null) open = opened(page, heading, index, fence);
    else heading = /^## (.*)$/.exec(text)?.[1] ?? heading;
  }
  if (open !== undefined) throw new Error(`${page}:${open.line} is a block without an end.`);
  return blocks;
}

function opened(
  page: string,
  heading: string,
  index: number,
  [, fence = '', info = '']: RegExpExecArray,
): Open {
  const [language = '', ...flags] = info.split(/\s+/);
  return { page, line: index + 2, heading, language, flags, fence, lines: [] };
}

/** The blocks that are programs by themselves. */
export function programsOf(page: string): Block[] {
  return blocksOf(page).filter(
    block => (block.language === 'js' || block.language === 'ts') && fileOf(block) === undefined,
  );
}

/** The name of the file that a block is, in a project of several: `file=orders.js`. */
export function fileOf(block: Block): string | undefined {
  return valueOf(block, 'file');
}

/** What a block says of itself as `name=value`. */
export function valueOf({ flags }: Block, name: string): string | undefined {
  return flags.find(flag => flag.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** What the page says that a program prints: the `text` block that comes next. */
export function printsOf(program: Block): string | undefined {
  const next = blocksOf(program.page).find(({ line }) => line > program.line);
  return next?.language === 'text' ? next.code : undefined;
}

/** The lines, from 1, that an arrow marks as those that a finding names. */
export function markedLines(code: string): number[] {
  return code.split('\n').flatMap((line, index) => (line.includes('// ←') ? [index + 1] : []));
}

/** What a page links to inside this package, without anchors. */
export function linksOf(page: string): string[] {
  const text = readPage(page).replaceAll(/```[^]*?```/g, '');
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link.replace(/#.*$/, ''));
  return links.filter(link => link !== '' && !link.includes(':'));
}
