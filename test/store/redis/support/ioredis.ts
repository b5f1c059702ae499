import * as ioredis from 'ioredis';

const { Redis: named, default: byDefault } = ioredis as unknown as Readonly<
  Record<string, typeof ioredis.Redis | undefined>
>;

/** Before 5.3 the class is the default export alone. */
export const Redis = (named ?? byDefault) as typeof ioredis.Redis;
