// @ts-nocheck: the tests that this serves have no types, and the build may not be there yet.
const { promisify } = require('node:util');
const { ExpressSessionStore } = require('../../../dist/store-express-session.cjs');
const { sessions } = require('./sessions.cjs');

/** With what the tests count and clear with: the store itself has no ids to do that. */
module.exports = class extends ExpressSessionStore {
  #ids = new Set();

  constructor() {
    super(sessions(), { touchAfterSeconds: 0 });
  }

  set(id, session, callback) {
    this.#ids.add(id);
    super.set(id, session, callback);
  }

  async all(callback) {
    const found = {};
    for (const id of this.#ids) {
      const session = await promisify(this.get.bind(this))(id);
      if (session) found[id] = session;
    }
    callback(null, found);
  }

  length(callback) {
    void this.all((error, found) => callback(error, Object.keys(found).length));
  }

  async clear(callback) {
    for (const id of this.#ids) await promisify(this.destroy.bind(this))(id);
    callback();
  }
};
