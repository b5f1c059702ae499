import Module from 'node:module';
import { replaceMethod } from '../instrument/driver/replace-method.ts';

type Compile = (this: NodeJS.Module, code: string, file: string, ...rest: unknown[]) => unknown;

/** Told of a module when it has been evaluated. Must not throw. */
export type OnModule = (file: string, module: NodeJS.Module) => void;

const listeners: OnModule[] = [];

/**
 * Tells of every CommonJS module that the process loads from here on. All loaders go through `_compile`: `require`, `import`,
 * with import-in-the-middle loaded, and those that replace `Module._extensions` (tsx). There is no public way for Node 20.
 */
export function onEachModule(tell: OnModule): void {
  if (listeners.length === 0) observeCompile();
  listeners.push(tell);
}

function observeCompile(): void {
  replaceMethod<Compile>(Module.prototype, '_compile', original => {
    return function _compile(code, file, ...rest) {
      const result = original.call(this, code, file, ...rest);
      for (const tell of listeners) tell(file, this);
      return result;
    };
  });
}
