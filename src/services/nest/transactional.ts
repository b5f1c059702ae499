import { Inject } from '@nestjs/common';
import { codes } from '../../errors/codes.ts';
import { invalidOption, SessionGuardError } from '../../errors/errors.ts';
import { ConnectionManager } from '../../guard/manager/connection-manager.ts';
import { planOf, type WithTxnOptions } from '../../guard/manager/options/txn-options.ts';
import { isObject } from '../../platform/options/checks.ts';

/** The options of `withTxn`, for each call of the method. */
export interface TransactionalOptions extends Omit<WithTxnOptions, 'session' | 'signal' | 'serializeBy'> {
  /**
   * Calls with the same key run one after the other. A function gets the arguments of the call.
   * @default none
   */
  readonly serializeBy?: string | number | ((...args: never[]) => string | number) | undefined;
}

type Method = (this: object, ...args: unknown[]) => unknown;

/** Where Nest puts the manager in an instance of a class with transactional methods. */
const managerKey = Symbol('session-guard.manager');

/** Marks a method that is transactional already, so that the class's decorator leaves it alone. */
const wrapped = new WeakSet<object>();

/** Methods that Nest itself calls. */
const hooks = new Set([
  'onModuleInit',
  'onModuleDestroy',
  'onApplicationBootstrap',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/**
 * Runs a method, or each async method of a class, in a transaction. A call inside another transaction joins it, as with `withTxn`.
 * The session is put into the operations of the method (`inject`), also into those of mongoose.
 *
 * The class must be a provider or a controller of an application with the `SessionGuardModule`.
 * @example
 * ```ts
 * import { Injectable } from '@nestjs/common';
 * import { ConnectionManager } from 'session-guard';
 * import { Transactional } from 'session-guard/nest';
 *
 * @Injectable()
 * class Orders {
 *   constructor(private readonly mongo: ConnectionManager) {}
 *
 *   @Transactional()
 *   async place(sku: string): Promise<void> {
 *     await this.mongo.db().collection('orders').insertOne({ sku });
 *   }
 * }
 * ```
 * @throws SessionGuardError when it is given to something that is neither a method nor a class
 */
export function Transactional(options: TransactionalOptions = {}): MethodDecorator & ClassDecorator {
  checkTransactional(options);
  const decorate = (target: object, name?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (name === undefined) return decorateClass(target, options);
    const method: unknown = descriptor?.value;
    if (descriptor === undefined || !isMethod(method))
      throw invalidOption(`@Transactional is for methods and classes, not for ${String(name)}.`);
    Inject(ConnectionManager)(target, managerKey);
    descriptor.value = inTransaction(method, options);
    return descriptor;
  };
  return decorate as MethodDecorator & ClassDecorator;
}

/** @throws SessionGuardError that names the option and what it takes */
function checkTransactional(options: TransactionalOptions): void {
  const call = '@Transactional';
  const { serializeBy, ...others } = Object(options);
  for (const name of ['session', 'signal'])
    if (others[name] !== undefined)
      throw invalidOption(
        `${call} has no option '${name}': it belongs to one call. Use manager.withTxn there.`,
      );
  // The key of a call is known when the method is called.
  const ofCall = typeof serializeBy === 'function' ? {} : { serializeBy };
  planOf(isObject(options) && !Array.isArray(options) ? { ...others, ...ofCall } : options, call);
}

/** Only methods that are async: another one would begin to return a promise. */
function decorateClass(target: object, options: TransactionalOptions): void {
  const { prototype }: { prototype?: unknown } = target as { prototype?: unknown };
  if (typeof prototype !== 'object' || prototype === null)
    throw invalidOption('@Transactional is for methods and classes.');
  Inject(ConnectionManager)(prototype, managerKey);
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    if (name === 'constructor' || hooks.has(name) || !isMethod(method)) continue;
    if (wrapped.has(method) || method.constructor.name !== 'AsyncFunction') continue;
    Object.defineProperty(prototype, name, {
      value: inTransaction(method, options),
      writable: true,
      configurable: true,
    });
  }
}

function inTransaction(method: Method, { serializeBy, ...options }: TransactionalOptions): Method {
  const transactional: Method = async function transactional(...args) {
    const manager: unknown = Reflect.get(this, managerKey);
    if (!(manager instanceof ConnectionManager)) throw notInjected(this, method);
    const key = typeof serializeBy === 'function' ? Reflect.apply(serializeBy, this, args) : serializeBy;
    return manager.withTxn(async () => Reflect.apply(method, this, args), {
      inject: true,
      ...options,
      ...(key !== undefined && { serializeBy: key }),
    });
  };
  Object.defineProperty(transactional, 'name', { value: method.name, configurable: true });
  copyMetadata(method, transactional);
  wrapped.add(transactional);
  return transactional;
}

function notInjected(instance: object, { name }: Method): SessionGuardError {
  return new SessionGuardError(
    codes.invalidArgument,
    `${instance.constructor.name}.${name} is @Transactional, but Nest has given no ConnectionManager to its class. ` +
      'Import SessionGuardModule.forRoot() or forMongoose() in the root module, and let Nest make the instance.',
    {},
  );
}

/** Routes, guards and pipes are metadata of the function: decorators that were applied before this one have put them there. */
function copyMetadata(from: object, to: object): void {
  const { getMetadataKeys, getMetadata, defineMetadata }: Partial<Metadata> = Reflect as Partial<Metadata>;
  if (getMetadataKeys === undefined || getMetadata === undefined || defineMetadata === undefined) return;
  for (const key of getMetadataKeys(from)) defineMetadata(key, getMetadata(key, from), to);
}

/** What reflect-metadata, which Nest loads, adds to `Reflect`. */
interface Metadata {
  readonly getMetadataKeys: (target: object) => unknown[];
  readonly getMetadata: (key: unknown, target: object) => unknown;
  readonly defineMetadata: (key: unknown, value: unknown, target: object) => void;
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function';
}
