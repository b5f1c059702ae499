import { processWide } from '../../guard/process-wide.ts';
import { captureSite } from '../../guard/site-capture.ts';
import { stackText } from '../../report/stack-text.ts';
import { currentRequests } from '../../scope/lookup.ts';
import { clock } from '../../session/clock.ts';
import type { ClientConfig, ClientUse, Site } from '../../session/events.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverClient } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';

/** What is kept in mind of one client. */
export interface ClientLife {
  readonly madeAtMS: number;
  /** Where it was made; where that was not seen, where it first connected. */
  readonly site: Site;
  readonly scopes: readonly number[] | undefined;
  /** `client.connecting` was told. */
  announced: boolean;
  /** The topology that `client.connected` was told of; another one after a close. */
  topology: WeakRef<object> | undefined;
  config: ClientConfig | undefined;
  /** The uses that its options matter for, and that have not been told of. */
  untold: Set<ClientUse>;
  /** Uses from before it had connected. */
  early: Map<ClientUse, Site | undefined> | undefined;
}

/** Nearly no client has such options; never written. */
const none = new Set<ClientUse>();

const lives = processWide('lives', () => new WeakMap<object, ClientLife>());

/** Without a constructor that was seen: from the place where it shows first. In which request it was made is not known then. */
export function lifeOf(client: DriverClient, below: (...args: never[]) => unknown): ClientLife {
  return lives.get(client) ?? noteMade(client, captureSite(below), undefined);
}

export function knownLife(client: DriverClient): ClientLife | undefined {
  return lives.get(client);
}

function noteMade(client: DriverClient, site: Site, scopes: readonly number[] | undefined): ClientLife {
  // Sites of clients are kept for long: until its text is made, a stack holds on to all that its functions see.
  stackText(site);
  const life: ClientLife = {
    madeAtMS: clock.now(),
    site,
    scopes,
    announced: false,
    topology: undefined,
    config: undefined,
    untold: none,
    early: undefined,
  };
  lives.set(client, life);
  return life;
}

type Check = (this: DriverClient) => void;

/** A constructor cannot be replaced for those who have it already; since 6.3 it calls this method at its end. */
export function observeConstruction(copy: DriverCopy): void {
  replaceMethod<Check>(copy.MongoClient.prototype, 'checkForNonGenuineHosts', original => {
    return function checkForNonGenuineHosts() {
      noteMade(this, captureSite(checkForNonGenuineHosts), currentRequests());
      original.call(this);
    };
  });
}
