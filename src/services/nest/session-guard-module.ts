import {
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ConnectionManager } from '../../guard/manager/connection-manager.ts';
import type { GuardOptions } from '../../guard/manager/options/options.ts';
import type { RequestOptions } from '../request-options.ts';
import {
  checkAsync,
  checkMongoose,
  checkRoot,
  type SessionGuardModuleAsyncOptions,
  type SessionGuardModuleOptions,
  type SessionGuardMongooseOptions,
} from './module-options.ts';
import { type NestRequest, RequestInterceptor } from './request-interceptor.ts';

const optionsToken = Symbol('session-guard.options');

interface Known {
  readonly manager: () => ConnectionManager | Promise<ConnectionManager>;
  readonly requests: RequestOptions<NestRequest>;
  /** Whether the module closes the manager. */
  readonly owns: boolean;
}

/**
 * Gives a `ConnectionManager` to the providers of the whole application, and makes each request a scope.
 * @example
 * ```ts
 * import { Module } from '@nestjs/common';
 * import { SessionGuardModule } from 'session-guard/nest';
 *
 * @Module({ imports: [SessionGuardModule.forRoot({ uri: process.env.MONGODB_URI })] })
 * class AppModule {}
 * ```
 */
export class SessionGuardModule implements OnApplicationShutdown {
  readonly #manager: ConnectionManager;
  readonly #owns: boolean;

  constructor(manager: ConnectionManager, { owns }: Known) {
    this.#manager = manager;
    this.#owns = owns;
  }

  /** A manager of its own, which is closed with the application. */
  static forRoot(options: SessionGuardModuleOptions): DynamicModule {
    checkRoot(options, 'SessionGuardModule.forRoot');
    return moduleOf({ provide: optionsToken, useFactory: () => ownManager(options) });
  }

  /** The same, with options that a factory makes. */
  static forRootAsync(options: SessionGuardModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory } = checkAsync(options);
    const make = async (...args: never[]) => {
      const made = await useFactory(...args);
      checkRoot(made, 'the factory of SessionGuardModule.forRootAsync');
      return ownManager(made);
    };
    return { ...moduleOf({ provide: optionsToken, useFactory: make, inject: [...inject] }), imports };
  }

  /** Guards the connection of `MongooseModule.forRoot()`, which closes it. */
  static forMongoose(given: SessionGuardMongooseOptions = {}): DynamicModule {
    const { connectionName, requests = {}, ...options } = checkMongoose(given);
    const adopt = (connection: Parameters<typeof ConnectionManager.adopt>[0]): Known => ({
      manager: () => ConnectionManager.adopt(connection, withLogger(options)),
      requests,
      owns: false,
    });
    return moduleOf({ provide: optionsToken, useFactory: adopt, inject: [connectionToken(connectionName)] });
  }

  /** Nest calls it when the application is closed, and after it has answered its requests. */
  async onApplicationShutdown(): Promise<void> {
    if (this.#owns) await this.#manager.close();
  }
}

Module({})(SessionGuardModule);
Inject(ConnectionManager)(SessionGuardModule, undefined, 0);
Inject(optionsToken)(SessionGuardModule, undefined, 1);

function moduleOf(options: Provider): DynamicModule {
  return {
    module: SessionGuardModule,
    global: true,
    providers: [
      options,
      { provide: ConnectionManager, useFactory: ({ manager }: Known) => manager(), inject: [optionsToken] },
      {
        provide: APP_INTERCEPTOR,
        useFactory: ({ requests }: Known) => new RequestInterceptor(requests),
        inject: [optionsToken],
      },
    ],
    exports: [ConnectionManager],
  };
}

function ownManager({ uri, requests = {}, ...options }: SessionGuardModuleOptions): Known {
  return { manager: () => new ConnectionManager(uri, withLogger(options)), requests, owns: true };
}

/** Findings go to Nest's logger, unless the application has said something else. */
function withLogger<O extends GuardOptions>(options: O): O {
  if (options.logger !== undefined || options.console !== undefined) return options;
  return { ...options, logger: new Logger('SessionGuard') };
}

/** As `getConnectionToken()` of `@nestjs/mongoose` makes it, which need not be installed. */
function connectionToken(name: string | undefined): string {
  if (name === undefined || name === 'DatabaseConnection') return 'DatabaseConnection';
  return `${name}Connection`;
}
