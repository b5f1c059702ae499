import { processWide } from '../../../platform/process-wide.ts';
import { captureSite } from '../../scope/site-capture.ts';
import { stackText } from '../../stack/stack-text.ts';
import { currentRequests } from '../../scope/lookup.ts';
import { clock } from '../../../platform/time/clock.ts';
import type { ClientConfig, ClientUse, Site } from '../../events/events.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverClient } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import type { StackStart } from '../../stack/stack.ts';

/** What the guard remembers about one client. */
export interface ClientLife {
  readonly madeAtMS: number;
  /** The place where it was created; if that was not observed, where it first connected. */
  readonly site: Site;
  readonly scopes: readonly number[] | undefined;
  /** `client.connecting` was published. */
  announced: boolean;
  /** The topology for which `client.connected` was published; after a close the client has another topology. */
  topology: WeakRef<object> | undefined;
  config: ClientConfig | undefined;
  /** The uses for which its options matter, and that were not published yet. */
  unpublished: Set<ClientUse>;
  /** Uses before it was connected. */
  early: Map<ClientUse, Site | undefined> | undefined;
}

/** For the clients without such options, which are nearly all of them. Never changed. */
const none = new Set<ClientUse>();

const lives = processWide('lives', () => new WeakMap<object, ClientLife>());

/** For a client whose constructor was not observed: begins at its first use. The request that created it is not known. */
export function lifeOf(client: DriverClient, below: StackStart): ClientLife {
  return lives.get(client) ?? noteMade(client, captureSite(below), undefined);
}

export function knownLife(client: DriverClient): ClientLife | undefined {
  return lives.get(client);
}

/** True if `client.connected` was published for the topology that the client has now. */
export function isConnected({ topology }: DriverClient, life: ClientLife): boolean {
  return topology != null && life.topology?.deref() === topology;
}

function noteMade(client: DriverClient, site: Site, scopes: readonly number[] | undefined): ClientLife {
  // Sites of clients are kept for long. A stack keeps everything alive that its functions can reach, until its text is made.
  stackText(site);
  const life: ClientLife = {
    madeAtMS: clock.now(),
    site,
    scopes,
    announced: false,
    topology: undefined,
    config: undefined,
    unpublished: none,
    early: undefined,
  };
  lives.set(client, life);
  return life;
}

type Check = (this: DriverClient) => void;

/** A program may already hold the constructor, so replacing it has no effect; from 6.3 on it calls this method at its end. */
export function patchConstruction(copy: DriverCopy): void {
  replaceMethod<Check>(copy.MongoClient.prototype, 'checkForNonGenuineHosts', original => {
    return function checkForNonGenuineHosts() {
      noteMade(this, captureSite(checkForNonGenuineHosts), currentRequests());
      original.call(this);
    };
  });
}
