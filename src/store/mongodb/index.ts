export type { MongoCollection } from './server/collection.ts';
export { mongoBackend } from './mongo-backend.ts';
export type { MongoBackendOptions } from './mongo-backend.ts';
