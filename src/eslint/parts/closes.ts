import { type Root, rootOf } from './clients.ts';
import { type Call, methodOf, receiverOf } from '../syntax/nodes.ts';
import type { Source } from '../syntax/source.ts';

/** A call that closes a client: `client.close()`, `mongoose.disconnect()`, `mongoose.connection.close()`. */
export interface Close {
  readonly call: Call;
  readonly root: Root;
}

export function closesOf(source: Source): readonly Close[] {
  const all = source.memo('closes', source.code, () =>
    source.calls.flatMap(call => {
      const name = methodOf(call);
      const root = name === 'close' || name === 'disconnect' ? rootOf(source, receiverOf(call)) : undefined;
      return root === undefined ? [] : [{ call, root }];
    }),
  );
  return all ?? [];
}
