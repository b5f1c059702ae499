export { connectMongoose } from './connect-mongoose.ts';
export type { MongooseConnection, MongooseInstance } from './mongoose-types.ts';
export { observeMongoose } from './observe-mongoose.ts';
