import { createRequire } from 'node:module';
import { join } from 'node:path';
import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';

type Package = typeof import('mongodb-memory-server-core');

export interface FoundPackage {
  readonly lib: Package;
  /** The file that it was loaded from, for a process of its own. */
  readonly file: string;
}

/** mongodb-memory-server, with or without its own download at install: as this package sees it, or as the program does. */
export function loadMemoryServer(): FoundPackage {
  const places = [import.meta.url, join(process.cwd(), 'index.js')];
  for (const place of places) {
    for (const name of ['mongodb-memory-server', 'mongodb-memory-server-core']) {
      const load = createRequire(place);
      const file = resolved(load, name);
      if (file !== undefined) return { lib: load(file), file };
    }
  }
  throw new SessionGuardError(
    codes.noServer,
    'memoryReplicaSet needs the package mongodb-memory-server: npm install --save-dev mongodb-memory-server',
  );
}

function resolved(load: NodeJS.Require, name: string): string | undefined {
  try {
    return load.resolve(name);
  } catch {
    return undefined;
  }
}
