import { inspect } from 'node:util';
import { addBuilder } from '../guard/background-builds.ts';
import { safely } from '../guard/failures.ts';
import { replaceMethod } from '../instrument/driver/replace-method.ts';
import type { ModelInside, MongooseInside } from './mongoose-types.ts';

type Init = (this: ModelInside) => unknown;

interface Build {
  readonly model: WeakRef<ModelInside>;
  /** Kept here: a connection that is being closed takes it away from the model. */
  readonly done: unknown;
}

/** mongoose calls `init` of each model that is compiled: it makes the collection and its indexes, and nobody awaits it. */
export function observeBackgroundBuilds({ Model }: MongooseInside): void {
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

/** Without a handler of ours: one more would hide a rejection that nobody handles. */
function isPending(promise: unknown): boolean {
  return promise instanceof Promise && inspect(promise, { depth: 0 }).includes('<pending>');
}
