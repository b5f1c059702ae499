import { describe, expectTypeOf, it } from 'vitest';
import type {
  ConnectionManager,
  ConnectionManagerOptions,
  RuleSettings,
  WithTxnOptions,
} from '../../src/index.ts';
import type { DynamoDBSaverOptions, SetUpOptions } from '../../src/langgraph/dynamodb/index.ts';
import type {
  ExpressSessionsOptions,
  ExpressSessionStoreOptions,
  FromConnectMongoOptions,
  FromConnectRedisOptions,
  LogInOptions,
  MigrateFrom,
  RecentAuthenticationOptions,
  RenewalOptions,
} from '../../src/store/frameworks/express-session/index.ts';
import type {
  FastifySessionsOptions,
  FastifySessionStoreOptions,
} from '../../src/store/frameworks/fastify-session/index.ts';
import type {
  CreateOptions,
  GetOptions,
  PatchOptions,
  RotateOptions,
  SessionStore,
  SessionStoreOptions,
  StoreKeys,
  StoreUnavailableError,
} from '../../src/store/index.ts';
import type { DynamoBackendOptions } from '../../src/store/dynamodb/index.ts';
import type { MongoBackendOptions } from '../../src/store/mongodb/index.ts';
import type { RedisBackendOptions } from '../../src/store/redis/index.ts';
import type {
  ExpectCleanOptions,
  MemoryReplicaSetOptions,
  ReplayOptions,
  TestRunner,
  ValidTrace,
} from '../../src/testing/index.ts';
import type { StoreContractOptions } from '../../src/testing/store/index.ts';

/**
 * The optional properties that refuse `undefined` where a program is compiled with `exactOptionalPropertyTypes`: what a
 * program hands on from options of its own is often undefined.
 */
type Refusing<T> = {
  [name in keyof T]-?: object extends Pick<T, name>
    ? undefined extends Required<T>[name]
      ? never
      : name
    : never;
}[keyof T];

type OptionsOf<T extends (...args: never[]) => unknown> = NonNullable<Parameters<T>[1]>;

describe('every optional option may be undefined', () => {
  it('of a manager and its methods', () => {
    expectTypeOf<Refusing<ConnectionManagerOptions>>().toBeNever();
    expectTypeOf<Refusing<RuleSettings>>().toBeNever();
    expectTypeOf<Refusing<WithTxnOptions>>().toBeNever();
    expectTypeOf<Refusing<NonNullable<Parameters<ConnectionManager['close']>[0]>>>().toBeNever();
  });

  it('of the stores', () => {
    expectTypeOf<Refusing<SessionStoreOptions>>().toBeNever();
    expectTypeOf<Refusing<StoreKeys>>().toBeNever();
    expectTypeOf<Refusing<CreateOptions>>().toBeNever();
    expectTypeOf<Refusing<GetOptions>>().toBeNever();
    expectTypeOf<Refusing<PatchOptions<{ a: 1 }>>>().toBeNever();
    expectTypeOf<Refusing<RotateOptions>>().toBeNever();
    expectTypeOf<Refusing<OptionsOf<SessionStore<object>['destroyAll']>>>().toBeNever();
    expectTypeOf<Refusing<MongoBackendOptions>>().toBeNever();
    expectTypeOf<Refusing<RedisBackendOptions>>().toBeNever();
    expectTypeOf<Refusing<DynamoBackendOptions>>().toBeNever();
    expectTypeOf<Refusing<ConstructorParameters<typeof StoreUnavailableError>[1]>>().toBeNever();
  });

  it('of the adapters', () => {
    expectTypeOf<Refusing<ExpressSessionStoreOptions>>().toBeNever();
    expectTypeOf<Refusing<FastifySessionStoreOptions>>().toBeNever();
    expectTypeOf<Refusing<ExpressSessionsOptions>>().toBeNever();
    expectTypeOf<Refusing<FastifySessionsOptions>>().toBeNever();
    expectTypeOf<Refusing<RenewalOptions>>().toBeNever();
    expectTypeOf<Refusing<RecentAuthenticationOptions>>().toBeNever();
    expectTypeOf<Refusing<LogInOptions>>().toBeNever();
    expectTypeOf<Refusing<MigrateFrom>>().toBeNever();
    expectTypeOf<Refusing<FromConnectRedisOptions>>().toBeNever();
    expectTypeOf<Refusing<FromConnectMongoOptions>>().toBeNever();
  });

  it('of the checkpointer', () => {
    expectTypeOf<Refusing<DynamoDBSaverOptions>>().toBeNever();
    expectTypeOf<Refusing<SetUpOptions>>().toBeNever();
  });

  it('of the testing kit', () => {
    expectTypeOf<Refusing<ExpectCleanOptions>>().toBeNever();
    expectTypeOf<Refusing<ReplayOptions>>().toBeNever();
    expectTypeOf<Refusing<MemoryReplicaSetOptions>>().toBeNever();
    expectTypeOf<Refusing<TestRunner>>().toBeNever();
    expectTypeOf<Refusing<ValidTrace>>().toBeNever();
    expectTypeOf<Refusing<StoreContractOptions>>().toBeNever();
  });
});
