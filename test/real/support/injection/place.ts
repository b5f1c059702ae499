import type { Collection, Db, MongoClient } from 'mongodb';
import type { Item } from '../side.ts';

/** Where a call of the driver's API is made, in a transaction that has written to `items`. */
export interface Place {
  readonly client: MongoClient;
  readonly db: Db;
  /** With the documents a, b and c. */
  readonly items: Collection<Item>;
  /** The same, in a collection that the transaction has not used: what takes a lock does not wait for it. */
  readonly other: Collection<Item>;
  /** A database that the transaction has not used. */
  readonly elsewhere: Db;
}

export type Call = (place: Place) => Promise<unknown>;

/**
 * What becomes of a method in a scope that injects. `inside`: all that these calls send is part of the transaction.
 * `outside`: nothing is, since the server would refuse it. `silent`: it sends nothing, or is not the user's to call.
 */
export interface Method {
  readonly inside?: Readonly<Record<string, Call>>;
  readonly outside?: Readonly<Record<string, Call>>;
  readonly silent?: true;
}

export type Methods = Readonly<Record<string, Method>>;

export const silent: Method = { silent: true };

export function inside(call: Call, more: Readonly<Record<string, Call>> = {}): Method {
  return { inside: { plain: call, ...more } };
}

export function outside(call: Call): Method {
  return { outside: { plain: call } };
}

/** The methods of a class, without its getters. */
export function methodsOf(prototype: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
    .map(([name]) => name);
}
