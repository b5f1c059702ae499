import type { Audit } from '../audit/audit.ts';
import type { Calls } from '../calls/calls.ts';
import type { Reads } from '../calls/reads.ts';
import type { FieldCodec } from '../data/field-codec.ts';
import type { UserTags } from '../ids/user-tags.ts';
import type { StoreSettings } from '../options/settings.ts';
import type { LifeCut } from '../options/life-cut.ts';
import type { FenceLife } from './fence-life.ts';

/** What all that is done with sessions needs. */
export interface Parts {
  readonly audit: Audit;
  readonly calls: Calls;
  readonly reads: Reads;
  readonly codec: FieldCodec;
  readonly tags: UserTags;
  readonly settings: StoreSettings;
  readonly fenceLife: FenceLife;
  readonly lifeCut: LifeCut;
}
