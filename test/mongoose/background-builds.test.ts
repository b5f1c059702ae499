import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Mongoose } from 'mongoose';
import { expect, test, vi } from 'vitest';
import { observeMongoose } from '../../src/guard/mongoose/index.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

async function compileAndDelete(mongoose: Mongoose): Promise<WeakRef<object>> {
  const schema = new mongoose.Schema({ n: Number }, { autoCreate: false, autoIndex: false });
  const model = mongoose.model('Short', schema);
  await model.init();
  mongoose.deleteModel('Short');
  return new WeakRef(model);
}

test('a model that the program has deleted is not kept alive', async () => {
  const mongoose = observeMongoose(new Mongoose());
  const models: WeakRef<object>[] = [];
  for (let count = 0; count < 100; count += 1) models.push(await compileAndDelete(mongoose));
  // The last one may still be on the stack.
  await vi.waitFor(() => {
    collectGarbage();
    expect(models.filter(model => model.deref() !== undefined).length).toBeLessThan(3);
  });
});
