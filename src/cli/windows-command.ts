import { statSync } from 'node:fs';
import { win32 } from 'node:path';

/** What is handed to `spawn`. */
export interface SpawnedCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are one text for the program, in which everything is escaped already. */
  readonly isVerbatim: boolean;
}

/**
 * How Windows starts a program with its arguments unchanged. `npx` and what npm installs are batch files, which only `cmd.exe`
 * can run, and which hand their arguments on to a second command line; a program proper is started without a shell.
 * @param isFile for tests on other systems
 */
export function windowsCommand(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  isFile: (path: string) => boolean = isRealFile,
): SpawnedCommand {
  const found = findProgram(program, env, isFile);
  if (found === undefined || !/\.(?:cmd|bat)$/i.test(found))
    return { file: found ?? program, args, isVerbatim: false };
  // The batch file's own line is read by `cmd.exe` once, its arguments twice.
  const line = [escapeMeta(`"${found}"`), ...args.map(text => escapeMeta(escapeMeta(quoted(text))))].join(
    ' ',
  );
  return {
    file: valueOf(env, 'COMSPEC') ?? 'cmd.exe',
    args: ['/d', '/s', '/c', `"${line}"`],
    isVerbatim: true,
  };
}

/** As `cmd.exe` looks for it: in this folder if the name has a folder, else in those of `PATH`, with each known ending. */
function findProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  isFile: (path: string) => boolean,
): string | undefined {
  const hasFolder = /[\\/]/.test(name);
  const folders = hasFolder ? [''] : (valueOf(env, 'PATH') ?? '').split(';').filter(folder => folder !== '');
  const endings = (valueOf(env, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';');
  const names = win32.extname(name) === '' ? endings.map(ending => name + ending) : [name];
  return folders.flatMap(folder => names.map(one => win32.join(folder, one))).find(isFile);
}

function isRealFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Names of variables have no case on Windows. */
function valueOf(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

/** As programs split their command line: a quote needs a backslash, and backslashes before a quote are doubled. */
function quoted(text: string): string {
  return `"${text.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')}"`;
}

/** What means something to `cmd.exe` is taken as it is. */
function escapeMeta(text: string): string {
  return text.replaceAll(/[()[\]%!^"`<>&|;, *?]/g, '^$&');
}
