import type { CommandStartedEvent, Document, MongoClient } from 'mongodb';

/** Hears the commands of a client, in the order in which they leave it. */
export class WireTap {
  #commands: string[] = [];
  #sessions: string[] = [];
  /** The ids of all sessions that the commands were sent with, as the server takes them. */
  ids: Document[] = [];

  constructor(client: MongoClient) {
    client.on('commandStarted', event => {
      this.#commands.push(this.#describe(event));
    });
  }

  get commands(): readonly string[] {
    return this.#commands;
  }

  clear(): void {
    this.#commands = [];
    this.#sessions = [];
    this.ids = [];
  }

  /** Sessions are numbered as they come. */
  #describe({ commandName, command }: CommandStartedEvent): string {
    const target: unknown = command[commandName === 'getMore' ? 'collection' : commandName];
    const marks = ['txnNumber', 'startTransaction', 'autocommit'].filter(mark => mark in command);
    return [commandName, typeof target === 'string' ? target : '', this.#numberOf(command['lsid']), ...marks]
      .filter(word => word !== '')
      .join(' ');
  }

  #numberOf(lsid: Document | undefined): string {
    if (lsid === undefined) return '';
    const id = String(lsid['id']);
    if (!this.#sessions.includes(id)) {
      this.#sessions.push(id);
      this.ids.push(lsid);
    }
    return `lsid ${this.#sessions.indexOf(id)}`;
  }
}
