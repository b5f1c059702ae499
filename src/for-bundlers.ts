import { MongoClient } from 'mongodb';
import { provideDriver } from './guard/manager/client/load-driver.ts';

/**
 * The entry for bundlers (condition `module`): they bundle the driver only if an `import` names it. In Node the driver is
 * loaded when a client is created, so that the package loads if `mongodb` is not installed.
 */
provideDriver({ MongoClient });

export * from './index.ts';
