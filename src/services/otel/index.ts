export { traceMongo } from './trace-mongo.ts';
export { measureMongo } from './measure-mongo.ts';
export { setTracing, type TracingOptions } from './options.ts';
