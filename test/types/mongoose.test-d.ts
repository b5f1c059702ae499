import type { MongoClient as MongoClient6 } from 'mongodb6';
import mongoose from 'mongoose';
import { expectTypeOf, test } from 'vitest';
import { ConnectionManager } from '../../src/index.ts';
import { connectMongoose, type MongooseConnection, observeMongoose } from '../../src/guard/mongoose/index.ts';

test('mongoose and its connections are adopted without a cast.', () => {
  expectTypeOf(ConnectionManager.adopt).toBeCallableWith(mongoose);
  expectTypeOf(ConnectionManager.adopt).toBeCallableWith(mongoose.connection);
  expectTypeOf(ConnectionManager.adopt).toBeCallableWith(mongoose.createConnection(), { protect: false });
});

test('A connection whose client comes from driver 6 is accepted too.', () => {
  expectTypeOf<{ getClient(): MongoClient6; readyState: number }>().toExtend<MongooseConnection>();
});

test('`observeMongoose` returns its argument.', () => {
  expectTypeOf(observeMongoose(mongoose)).toEqualTypeOf<typeof mongoose>();
});

test('mongoose is connected through a manager without a cast.', () => {
  expectTypeOf(connectMongoose).toBeCallableWith(mongoose, new ConnectionManager('mongodb://localhost'));
});
