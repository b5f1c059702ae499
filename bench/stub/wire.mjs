// @ts-check
// The two kinds of messages that a driver sends: OP_QUERY for its first hello, OP_MSG for all others.

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const MORE_TO_COME = 2;
/** The type of a text in BSON. */
const TEXT = 2;

/**
 * @typedef {object} Request
 * @property {number} id
 * @property {number} opCode
 * @property {string} command   the name of the command: the first key of its document
 * @property {string} collection   what most commands have as the value of that key; empty where it is not a text
 * @property {boolean} silent   the sender does not want an answer
 */

/**
 * Takes the complete messages off the front of a buffer.
 *
 * @param {Buffer} buffer
 * @returns {{ requests: Request[], rest: Buffer }}
 */
export function readRequests(buffer) {
  const requests = [];
  let at = 0;
  while (buffer.length - at >= HEADER_BYTES) {
    const size = buffer.readInt32LE(at);
    if (buffer.length - at < size) break;
    requests.push(readRequest(buffer.subarray(at, at + size)));
    at += size;
  }
  return { requests, rest: buffer.subarray(at) };
}

/** @param {Buffer} message */
function readRequest(message) {
  const opCode = message.readInt32LE(12);
  const document = opCode === OP_QUERY ? queryDocumentAt(message) : HEADER_BYTES + 4 + 1;
  // A BSON document: its size (4 bytes), the type of the first element (1), its key.
  const key = document + 5;
  const endOfKey = message.indexOf(0, key);
  const isText = message[document + 4] === TEXT;
  return {
    id: message.readInt32LE(4),
    opCode,
    command: message.toString('latin1', key, endOfKey),
    // The size of a text (4 bytes) comes before it.
    collection: isText ? message.toString('latin1', endOfKey + 5, message.indexOf(0, endOfKey + 5)) : '',
    silent: opCode === OP_MSG && (message.readInt32LE(HEADER_BYTES) & MORE_TO_COME) !== 0,
  };
}

/** @param {Buffer} message */
function queryDocumentAt(message) {
  const endOfNamespace = message.indexOf(0, HEADER_BYTES + 4);
  return endOfNamespace + 1 + 8;
}

/**
 * @param {Request} request
 * @param {Uint8Array} document  the answer in BSON
 */
export function writeReply({ id, opCode }, document) {
  return opCode === OP_QUERY ? legacyReply(id, document) : messageReply(id, document);
}

/**
 * @param {number} id
 * @param {Uint8Array} document
 */
function messageReply(id, document) {
  const reply = withHeader(id, OP_MSG, 5 + document.length);
  reply.set(document, HEADER_BYTES + 5);
  return reply;
}

/**
 * @param {number} id
 * @param {Uint8Array} document
 */
function legacyReply(id, document) {
  const reply = withHeader(id, OP_REPLY, 20 + document.length);
  reply.writeInt32LE(1, HEADER_BYTES + 16);
  reply.set(document, HEADER_BYTES + 20);
  return reply;
}

/**
 * @param {number} responseTo
 * @param {number} opCode
 * @param {number} bodyBytes
 */
function withHeader(responseTo, opCode, bodyBytes) {
  const message = Buffer.alloc(HEADER_BYTES + bodyBytes);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(responseTo, 8);
  message.writeInt32LE(opCode, 12);
  return message;
}
