import { invalidArgument } from '../errors/errors.ts';
import type { MongooseInstance } from './mongoose-types.ts';
import { mongooseIn, observeMongooseModule } from './observe-mongoose.ts';

/**
 * Makes this copy of mongoose tell your own line for what it sends. `ConnectionManager.adopt(mongoose)` and the preload do
 * it by themselves; calling it twice does no harm.
 * @returns the same mongoose
 * @throws SessionGuardError for anything that is not mongoose
 */
export function observeMongoose<M extends MongooseInstance>(mongoose: M): M {
  if (mongooseIn(mongoose) === undefined)
    throw invalidArgument("observeMongoose takes what import mongoose from 'mongoose' gives.");
  observeMongooseModule(mongoose);
  return mongoose;
}
