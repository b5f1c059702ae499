import { describe, expect, test } from 'vitest';
import { windowsCommand } from '../../src/cli/windows-command.ts';

const files = [
  String.raw`C:\node\node.exe`,
  String.raw`C:\node\npx.cmd`,
  String.raw`C:\Program Files\tool.bat`,
  String.raw`bin\jest.cmd`,
];
const env = {
  Path: String.raw`C:\other;C:\node;C:\Program Files`,
  PATHEXT: '.COM;.EXE;.BAT;.CMD',
  ComSpec: String.raw`C:\Windows\cmd.exe`,
};
const isFile = (path: string) => files.some(file => file.toUpperCase() === path.toUpperCase());
const command = (program: string, ...args: string[]) => windowsCommand(program, args, env, isFile);

/** How `cmd.exe` reads a text outside of quotes: a caret takes what follows as it is. */
function readByCmd(text: string): string {
  return text.replaceAll(/\^(.)/g, '$1');
}

/** How programs split their command line (`CommandLineToArgvW`). */
function split(line: string): string[] {
  const found: string[] = [];
  for (const [, quoted = '', plain = ''] of line.matchAll(/"((?:\\.|[^"\\])*)"|([^\s"]+)/g)) {
    const unescaped = quoted.replaceAll(/(\\*)\\"/g, (_, slashes: string) => `${halved(slashes)}"`);
    found.push(plain === '' ? unescaped.replace(/\\+$/, halved) : plain);
  }
  return found;
}

function halved(slashes: string): string {
  return slashes.slice(0, slashes.length / 2);
}

test('a program proper is started without a shell, found as Windows finds it', () => {
  expect(command('node', 'a b', 'c"d')).toEqual({
    file: String.raw`C:\node\node.EXE`,
    args: ['a b', 'c"d'],
    isVerbatim: false,
  });
});

test('a program that is not found is left to the system, which says so', () => {
  expect(command('nowhere', 'x')).toEqual({ file: 'nowhere', args: ['x'], isVerbatim: false });
});

test('a batch file is run by cmd.exe, also one with blanks in its path, or with a folder in its name', () => {
  expect(command('npx')).toEqual({
    file: String.raw`C:\Windows\cmd.exe`,
    args: ['/d', '/s', '/c', String.raw`"^"C:\node\npx.CMD^""`],
    isVerbatim: true,
  });
  expect(command('tool').args.at(-1)).toBe(String.raw`"^"C:\Program^ Files\tool.BAT^""`);
  expect(command('./bin/jest.cmd').args.at(-1)).toBe(String.raw`"^"bin\jest.cmd^""`);
});

describe('each argument of a batch file arrives as it is', () => {
  test.each([
    'plain',
    'two words',
    '--grep="a b"',
    String.raw`C:\path with blank\ `.trimEnd(),
    String.raw`a\"b`,
    '%PATH%',
    'a & del x',
    '(x) ^ y | z > w',
    '',
  ])('%s', text => {
    const [, , , line = ''] = command('npx', text).args;
    const inner = line.slice(1, -1);
    // Once by the cmd.exe that is started, once by the line of the batch file that hands its arguments on.
    const [first = ''] = /\^" (.*)$/.exec(inner) ? [inner.slice(inner.indexOf('^" ') + 3)] : [];
    const arrived = readByCmd(readByCmd(first));
    expect(split(arrived)).toEqual([text]);
  });
});
