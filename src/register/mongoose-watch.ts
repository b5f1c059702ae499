import { createRequire } from 'node:module';
import { observeMongooseModule } from '../mongoose/observe-mongoose.ts';
import { onEachModule } from './module-hook.ts';

/** True for the file that gives mongoose to its users; what it exports decides. */
export function isMongooseFile(file: string): boolean {
  return /[\\/]mongoose[^\\/]*[\\/]lib[\\/]index\.js$/.test(file);
}

/** Observes every copy of mongoose in the process: those that are loaded already, and each that will be. */
export function watchMongooseCopies(): void {
  const { cache } = createRequire(import.meta.url);
  for (const [file, module] of Object.entries(cache))
    if (isMongooseFile(file)) observeMongooseModule(module?.exports);
  onEachModule((file, { exports }) => {
    if (isMongooseFile(file)) observeMongooseModule(exports);
  });
}
