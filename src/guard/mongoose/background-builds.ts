import { inspect } from 'node:util';
import { addBuilder } from '../runtime/process/libraries.ts';
import { safely } from '../../platform/failures.ts';
import { replaceMethod } from '../driver/copies/replace-method.ts';
import type { ModelInside, MongooseInside } from './mongoose-types.ts';

type Init = (this: ModelInside) => unknown;

interface Build {
  readonly model: WeakRef<ModelInside>;
  /** Kept here, because a connection that is being closed removes it from the model. */
  readonly done: unknown;
}

/** mongoose calls `init` of each compiled model: `init` creates the collection and its indexes, and nobody awaits it. */
export function patchBackgroundBuilds({ Model }: MongooseInside): void {
  const builds = new Set<Build>();
  replaceMethod<Init>(Model, 'init', original => {
    return function init(...args) {
      const done = original.apply(this, args);
      safely(() => builds.add({ model: new WeakRef(this), done }));
      return done;
    };
  });
  addBuilder(client => {
    const building: string[] = [];
    for (const build of builds) {
      const model = build.model.deref();
      if (model === undefined || !isPending(build.done)) builds.delete(build);
      else if (model.db?.client === client) building.push(namespaceOf(model));
    }
    return building;
  });
}

function namespaceOf({ db, collection }: ModelInside): string {
  return `${String(db?.name)}.${String(collection?.name)}`;
}

/** Without a handler of ours: another handler would hide an unhandled rejection. */
function isPending(promise: unknown): boolean {
  return promise instanceof Promise && inspect(promise, { depth: 0 }).includes('<pending>');
}
