import { inspect } from 'node:util';
import { addBuilder } from '../runtime/process/libraries.ts';
import { safely } from '../../platform/failures.ts';
import { replaceMethod } from '../driver/copies/replace-method.ts';
import type { ModelInside, MongooseInside } from './mongoose-types.ts';

type Init = (this: ModelInside) => unknown;

/** Neither is kept alive: programs compile models for a test or a tenant, and delete them again. */
interface Build {
  readonly model: WeakRef<ModelInside>;
  /**
   * Not read from the model, because a connection that is being closed removes it there. While it is pending, the work that
   * will settle it keeps it alive; afterwards it refers to the model.
   */
  readonly done: WeakRef<object>;
}

/** The builds that may still run. */
class Builds {
  readonly #builds = new Set<Build>();
  #most = 64;

  add(model: ModelInside, done: unknown): void {
    if (typeof done !== 'object' || done === null) return;
    this.#builds.add({ model: new WeakRef(model), done: new WeakRef(done) });
    if (this.#builds.size < this.#most) return;
    this.#most = Math.max(64, 2 * this.running().length);
  }

  /** The models of the builds that still run; the others are forgotten. */
  running(): readonly ModelInside[] {
    const models: ModelInside[] = [];
    for (const build of this.#builds) {
      const model = build.model.deref();
      if (model === undefined || !isPending(build.done.deref())) this.#builds.delete(build);
      else models.push(model);
    }
    return models;
  }
}

/** mongoose calls `init` of each compiled model: `init` creates the collection and its indexes, and nobody awaits it. */
export function patchBackgroundBuilds({ Model }: MongooseInside): void {
  const builds = new Builds();
  replaceMethod<Init>(Model, 'init', original => {
    return function init(...args) {
      const done = original.apply(this, args);
      safely(() => builds.add(this, done));
      return done;
    };
  });
  addBuilder(client => {
    const models = builds.running().filter(({ db }) => db?.client === client);
    return models.map(namespaceOf);
  });
}

function namespaceOf({ db, collection }: ModelInside): string {
  return `${String(db?.name)}.${String(collection?.name)}`;
}

/** Without a handler of ours: another handler would hide an unhandled rejection. */
function isPending(promise: unknown): boolean {
  return promise instanceof Promise && inspect(promise, { depth: 0 }).includes('<pending>');
}
