import { createRequire } from 'node:module';
import { join } from 'node:path';
import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';

type Package = typeof import('mongodb-memory-server-core');

export interface FoundPackage {
  readonly lib: Package;
  /** The file from which it was loaded, for a separate process. */
  readonly file: string;
}

/**
 * Loads mongodb-memory-server, or its variant without a download at the installation: from this package's folder, or from the
 * program's folder.
 */
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
