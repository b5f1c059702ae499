// @ts-check
import { createRequire } from 'node:module';

const { cache } = createRequire(import.meta.url);
console.log(Object.keys(cache).filter(file => /[\\/]mongo(db|ose)[\\/]/.test(file)).length);
