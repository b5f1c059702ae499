// @ts-check

/**
 * The versions that are tested together: the folders of `node_modules` that a row replaces, each with its package and version. `mongodb6`
 * and `mongoose8` are the older of the two copies that most tests run with.
 * @typedef {{ readonly name: string, readonly packages: Readonly<Record<string, string>>, readonly tests: readonly string[] }} Row
 */

const drivers = ['test/real', 'test/mongoose', 'test/register/mongoose.test.ts'];
const stores = [
  'test/store/redis/contract.test.ts',
  'test/store/dynamodb/contract.test.ts',
  'test/store/mongodb/contract.test.ts',
  'test/store/frameworks',
];
const checkpointer = ['test/langgraph'];
const services = ['test/services'];

/** @type {readonly Row[]} */
export const rows = [
  {
    name: 'smallest',
    packages: {
      mongodb6: 'mongodb@6.0.0',
      mongodb: 'mongodb@7.0.0',
      mongoose8: 'mongoose@8.0.0',
      mongoose: 'mongoose@9.0.0',
    },
    tests: drivers,
  },
  {
    name: 'smallest stores',
    packages: {
      redis: 'redis@5.0.0',
      ioredis: 'ioredis@5.0.0',
      '@aws-sdk/client-dynamodb': '@aws-sdk/client-dynamodb@3.600.0',
      'express-session': 'express-session@1.18.0',
      '@fastify/session': '@fastify/session@11.1.3',
    },
    tests: stores,
  },
  {
    name: 'smallest services',
    packages: {
      fastify: 'fastify@5.0.0',
      '@nestjs/common': '@nestjs/common@11.0.0',
      '@nestjs/core': '@nestjs/core@11.0.0',
      '@nestjs/platform-express': '@nestjs/platform-express@11.0.0',
      '@nestjs/testing': '@nestjs/testing@11.0.0',
      '@nestjs/mongoose': '@nestjs/mongoose@11.0.0',
      rxjs: 'rxjs@7.2.0',
      '@opentelemetry/api': '@opentelemetry/api@1.9.0',
      'prom-client': 'prom-client@15.0.0',
    },
    tests: services,
  },
  { name: 'smallest linter', packages: { eslint9: 'eslint@9.0.0' }, tests: ['test/eslint'] },
  {
    name: 'smallest checkpointer',
    packages: {
      '@langchain/core': '@langchain/core@1.1.48',
      '@langchain/langgraph-checkpoint': '@langchain/langgraph-checkpoint@1.1.5',
      '@aws-sdk/client-dynamodb': '@aws-sdk/client-dynamodb@3.600.0',
    },
    tests: checkpointer,
  },
  { name: 'between 1', packages: { mongodb6: 'mongodb@6.3.0', mongodb: 'mongodb@7.4.0' }, tests: drivers },
  { name: 'between 2', packages: { mongodb6: 'mongodb@6.7.0' }, tests: drivers },
  { name: 'between 3', packages: { mongodb6: 'mongodb@6.10.0' }, tests: drivers },
  { name: 'between 4', packages: { mongodb6: 'mongodb@6.11.0' }, tests: drivers },
  { name: 'between 5', packages: { mongodb6: 'mongodb@6.16.0' }, tests: drivers },
  {
    // The smallest versions that the whole of the tests passes on.
    name: 'whole',
    packages: {
      mongodb6: 'mongodb@6.20.0',
      mongodb: 'mongodb@7.0.0',
      mongoose8: 'mongoose@8.19.0',
      mongoose: 'mongoose@9.0.0',
    },
    tests: drivers,
  },
  {
    name: 'newest',
    packages: {
      mongodb6: 'mongodb@^6',
      mongodb: 'mongodb@^7',
      mongoose8: 'mongoose@^8',
      mongoose: 'mongoose@^9',
    },
    tests: drivers,
  },
  {
    name: 'newest stores',
    packages: {
      redis: 'redis@latest',
      ioredis: 'ioredis@latest',
      '@aws-sdk/client-dynamodb': '@aws-sdk/client-dynamodb@latest',
      'express-session': 'express-session@latest',
      '@fastify/session': '@fastify/session@latest',
    },
    tests: stores,
  },
  {
    name: 'newest services',
    packages: {
      fastify: 'fastify@^5',
      '@nestjs/common': '@nestjs/common@latest',
      '@nestjs/core': '@nestjs/core@latest',
      '@nestjs/platform-express': '@nestjs/platform-express@latest',
      '@nestjs/testing': '@nestjs/testing@latest',
      '@nestjs/mongoose': '@nestjs/mongoose@latest',
      rxjs: 'rxjs@latest',
    },
    tests: services,
  },
  {
    name: 'newest checkpointer',
    packages: {
      '@langchain/core': '@langchain/core@^1',
      '@langchain/langgraph-checkpoint': '@langchain/langgraph-checkpoint@^1',
      '@aws-sdk/client-dynamodb': '@aws-sdk/client-dynamodb@latest',
    },
    tests: checkpointer,
  },
];
