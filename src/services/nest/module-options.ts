import type { DynamicModule } from '@nestjs/common';
import {
  type ConnectionManagerOptions,
  guardChecks,
  type GuardOptions,
  hintFor,
  managerChecks,
} from '../../guard/manager/options/options.ts';
import { configureRules } from '../../guard/rules/engine/configure.ts';
import { rules } from '../../guard/rules/registry.ts';
import { checkOptions } from '../../platform/options/check-options.ts';
import { aFunction, anything, aString, checkFor } from '../../platform/options/checks.ts';
import { requestChecks, type RequestOptions } from '../request-options.ts';
import type { NestRequest } from './request-interceptor.ts';

/** The manager's options, and where it connects. */
export interface SessionGuardModuleOptions extends ConnectionManagerOptions {
  readonly uri: string | undefined;
  /** What is known of requests. */
  readonly requests?: RequestOptions<NestRequest> | undefined;
}

/** Options that a factory makes: of values of a `ConfigService`, for example. */
export interface SessionGuardModuleAsyncOptions extends Pick<DynamicModule, 'imports'> {
  /** The providers that the factory is called with. */
  readonly inject?: readonly (string | symbol | (abstract new (...args: never[]) => unknown))[] | undefined;
  readonly useFactory: (...args: never[]) => SessionGuardModuleOptions | Promise<SessionGuardModuleOptions>;
}

/** The options of a manager for the connection of `@nestjs/mongoose`. */
export interface SessionGuardMongooseOptions extends GuardOptions {
  /**
   * The name of the connection.
   * @default the default connection
   */
  readonly connectionName?: string | undefined;
  readonly requests?: RequestOptions<NestRequest> | undefined;
}

const aList = checkFor('a list', Array.isArray);

/**
 * A `uri` that is undefined is refused when Nest makes the manager: a test may give another one in its place.
 * @throws SessionGuardError that names the option and what it takes
 */
export function checkRoot(given: SessionGuardModuleOptions, call: string): void {
  const own = { uri: aString, requests: anything };
  checkOptions<SessionGuardModuleOptions>(given, call, { ...managerChecks, ...own }, { hint: hintFor });
  checkParts(given, call);
}

/** @throws SessionGuardError that names the option and what it takes */
export function checkMongoose(given: SessionGuardMongooseOptions): SessionGuardMongooseOptions {
  const call = 'SessionGuardModule.forMongoose';
  const own = { connectionName: aString, requests: anything };
  checkOptions<SessionGuardMongooseOptions>(given, call, { ...guardChecks, ...own }, { hint: hintFor });
  checkParts(given, call);
  return given;
}

/** @throws SessionGuardError that names the option and what it takes */
export function checkAsync(given: SessionGuardModuleAsyncOptions): SessionGuardModuleAsyncOptions {
  const checks = { imports: aList, inject: aList, useFactory: aFunction };
  return checkOptions<SessionGuardModuleAsyncOptions>(given, 'SessionGuardModule.forRootAsync', checks, {
    required: ['useFactory'],
  });
}

function checkParts({ requests = {}, rules: chosen }: SessionGuardMongooseOptions, call: string): void {
  checkOptions<RequestOptions<NestRequest>>(requests, `${call} (requests)`, requestChecks);
  configureRules(rules, chosen, call);
}
