// @ts-nocheck: the tests that this serves have no types, and the build may not be there yet.
const { FastifySessionStore } = require('../../../dist/store-fastify-session.cjs');
const { sessions } = require('./sessions.cjs');

/** With the Map that the tests look into, and put sessions in. */
class Store extends FastifySessionStore {
  #given;

  constructor(store = new Map()) {
    super(sessions());
    this.store = store;
    this.#given = new Map(store);
  }

  get(id, callback) {
    const given = this.#given.get(id) ?? this.store.get(id);
    if (this.#given.has('seen ' + id) || given === undefined) super.get(id, callback);
    else super.set(id, given, error => (error ? callback(error) : super.get(id, callback)));
    this.#given.set('seen ' + id, true);
  }

  set(id, session, callback) {
    this.#given.set('seen ' + id, true);
    super.set(id, session, error => {
      if (!error) this.store.set(id, JSON.parse(JSON.stringify(session)));
      callback(error);
    });
  }

  destroy(id, callback) {
    this.store.delete(id);
    super.destroy(id, callback);
  }
}

module.exports = Store;
module.exports.default = Store;
module.exports.Store = Store;
module.exports.MemoryStore = Store;
