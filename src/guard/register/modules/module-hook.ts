import Module from 'node:module';
import { replaceMethod } from '../../driver/copies/replace-method.ts';

type Compile = (this: NodeJS.Module, code: string, file: string, ...rest: unknown[]) => unknown;

/** Called when a module has been evaluated. Must not throw. */
export type OnModule = (file: string, module: NodeJS.Module) => void;

const listeners: OnModule[] = [];

/**
 * Calls back for every CommonJS module that the process loads from now on. All loaders go through `_compile`: `require`,
 * `import`, also with import-in-the-middle, and loaders that replace `Module._extensions` (tsx). Node 20 has no public API for
 * this.
 */
export function onEachModule(listener: OnModule): void {
  if (listeners.length === 0) patchCompile();
  listeners.push(listener);
}

function patchCompile(): void {
  replaceMethod<Compile>(Module.prototype, '_compile', original => {
    return function _compile(code, file, ...rest) {
      const result = original.call(this, code, file, ...rest);
      for (const listener of listeners) listener(file, this);
      return result;
    };
  });
}
