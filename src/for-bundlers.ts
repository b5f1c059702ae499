import { MongoClient } from 'mongodb';
import { provideDriver } from './manager/load-driver.ts';

/**
 * The entry that bundlers take (condition `module`): they put the driver into a bundle only where an `import` names it. In
 * Node the driver is loaded when a client is made, so that the package loads where `mongodb` is not installed.
 */
provideDriver({ MongoClient });

export * from './index.ts';
