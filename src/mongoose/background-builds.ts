import { inspect } from 'node:util';
import { addBuilder } from '../guard/background-builds.ts';
import { safely } from '../guard/failures.ts';
import { replaceMethod } from '../instrument/driver/replace-method.ts';
import type { ModelInside, MongooseInside } from './mongoose-types.ts';

interface ModelWithInit extends ModelInside {
  readonly $init?: unknown;
}

type Init = (this: ModelWithInit) => unknown;

/** mongoose calls `init` of each model that is compiled: it makes the collection and its indexes, and nobody awaits it. */
export function observeBackgroundBuilds({ Model }: MongooseInside): void {
  const models = new Set<WeakRef<ModelWithInit>>();
  replaceMethod<Init>(Model, 'init', original => {
    return function init(...args) {
      const started = original.apply(this, args);
      safely(() => models.add(new WeakRef(this)));
      return started;
    };
  });
  addBuilder(client => {
    const building: string[] = [];
    for (const ref of models) {
      const model = ref.deref();
      if (model === undefined || !isPending(model.$init)) models.delete(ref);
      else if (model.db?.client === client) building.push(`${model.db?.name}.${model.collection?.name}`);
    }
    return building;
  });
}

/** Without a handler of ours: one more would hide a rejection that nobody handles. */
function isPending(promise: unknown): boolean {
  return promise instanceof Promise && inspect(promise, { depth: 0 }).includes('<pending>');
}
