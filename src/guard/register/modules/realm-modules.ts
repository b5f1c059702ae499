import vm from 'node:vm';
import { replaceMethod } from '../../driver/copies/replace-method.ts';

type Compile = (this: unknown, ...args: unknown[]) => unknown;

/** The compiled code of a module: a function of `module`, `exports`, `require` and more. */
type Body = (this: unknown, ...args: unknown[]) => unknown;

/** A module that has been evaluated in a separate realm. */
export interface RealmModule {
  readonly file: string;
  readonly exports: unknown;
  /** The `require` of the realm. */
  readonly load: NodeJS.Require;
}

/**
 * Calls back for modules that a test runner evaluates in separate realms, without Node's loader. Jest 30 compiles a module by
 * `vm.compileFunction`, earlier versions by a script whose value holds the function.
 * @param wanted by the module's file
 * @param listener must not throw
 */
export function onModulesInRealms(
  wanted: (file: string) => boolean,
  listener: (module: RealmModule) => void,
): void {
  const watch = (body: unknown, file: string) =>
    typeof body === 'function' && wanted(file) ? watched(body as Body, file, listener) : body;
  replaceMethod<Compile>(vm, 'compileFunction', original => {
    return function compileFunction(...args) {
      return watch(original.apply(this, args), fileIn(args[2]));
    };
  });
  replaceMethod<Compile>(vm.Script.prototype, 'runInContext', original => {
    return function runInContext(...args) {
      const value = original.apply(this, args);
      const file = fileIn(args[1]);
      if (typeof value !== 'object' || value === null || !wanted(file)) return value;
      return Object.fromEntries(Object.entries(value).map(([name, body]) => [name, watch(body, file)]));
    };
  });
}

function fileIn(options: unknown): string {
  if (typeof options !== 'object' || options === null || !('filename' in options)) return '';
  return typeof options.filename === 'string' ? options.filename : '';
}

function watched(body: Body, file: string, listener: (module: RealmModule) => void): Body {
  return function (this: unknown, ...args) {
    const result = body.apply(this, args);
    const [{ exports }, , load] = args as [NodeJS.Module, unknown, NodeJS.Require];
    listener({ file, exports, load });
    return result;
  };
}
