import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { observationFailed } from '../guard/failures.ts';
import type { DriverModules } from '../instrument/driver-types.ts';
import { replaceMethod } from '../instrument/replace-method.ts';
import type { EventSink } from '../session/spine.ts';
import type { Environment } from './environment.ts';
import type { Realm } from './in-realm.ts';
import { noteWatched } from './watched-folders.ts';

type Compile = (this: unknown, ...args: unknown[]) => unknown;

/** What a module's code becomes: a function of `module`, `exports`, `require` and more. */
type Body = (this: unknown, ...args: unknown[]) => unknown;

/** `require` of a realm, by which it also gets its own copy of this package. */
type RealmRequire = DriverModules & ((file: string) => { observeInRealm(realm: Realm): void });

const inRealm = fileURLToPath(new URL('in-realm.cjs', import.meta.url));

/** True for the file after which Jest evaluates modules in realms of its own, past Node's loader. */
export function isJestRuntime(file: string): boolean {
  return /[\\/]jest-runtime[\\/]build[\\/]index\.js$/.test(file);
}

/** Observes the copies of the driver that Jest loads: one for each test file, with every file in a realm of its own. */
export function watchJestRealms(environment: Environment, trace: EventSink | undefined): void {
  onEachDriverInRealms((folder, load) => observe(folder, load, environment, trace));
}

/** Told of a copy of the driver when the file has been evaluated that gives it to its users. */
export type OnDriver = (folder: string, load: RealmRequire) => void;

/** Jest 30 compiles a module by `vm.compileFunction`, earlier versions by a script whose value holds the function. */
export function onEachDriverInRealms(tell: OnDriver): void {
  const watch = (body: unknown, file: string) => {
    const folder = folderOfIndex(file);
    return folder === undefined || typeof body !== 'function'
      ? body
      : watched(body as Body, load => tell(folder, load));
  };
  replaceMethod<Compile>(vm, 'compileFunction', original => {
    return function compileFunction(...args) {
      return watch(original.apply(this, args), fileIn(args[2]));
    };
  });
  replaceMethod<Compile>(vm.Script.prototype, 'runInContext', original => {
    return function runInContext(...args) {
      const value = original.apply(this, args);
      const file = fileIn(args[1]);
      if (folderOfIndex(file) === undefined || typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([name, body]) => [name, watch(body, file)]));
    };
  });
}

function fileIn(options: unknown): string {
  if (typeof options !== 'object' || options === null || !('filename' in options)) return '';
  return typeof options.filename === 'string' ? options.filename : '';
}

/** The folder of a copy of the driver, if this is the file that gives it to its users. */
function folderOfIndex(file: string): string | undefined {
  const folder = /^(.*[\\/]lib[\\/])index\.js$/.exec(file)?.[1];
  if (folder === undefined || !existsSync(`${folder}operations/execute_operation.js`)) return undefined;
  return folder.replaceAll('\\', '/');
}

function watched(body: Body, done: (load: RealmRequire) => void): Body {
  return function (this: unknown, ...args) {
    const result = body.apply(this, args);
    done(args[2] as RealmRequire);
    return result;
  };
}

function observe(
  folder: string,
  load: RealmRequire,
  environment: Environment,
  trace: EventSink | undefined,
): void {
  try {
    load(inRealm).observeInRealm({ environment, folder, load, trace });
    noteWatched(folder);
  } catch (bug) {
    observationFailed(bug);
  }
}
