export type {
  Call,
  HeaderList,
  Inserted,
  Reading,
  Removable,
  Removed,
  RotatedInOne,
  Rotation,
  SessionBackend,
} from './backend/backend.ts';
export { type Change, changeOf, type Written } from './backend/change.ts';
export { refusalOf } from './backend/life.ts';
export type {
  ClockReading,
  NewRevocationMark,
  RevocationMark,
  RevocationMarkReading,
} from './backend/revocation-mark.ts';
export { isRevoked } from './backend/revocation-mark.ts';
export {
  bornAt,
  changedAt,
  isAlias,
  isLive,
  refreshedAt,
  refreshedExpiry,
  writtenExpiry,
} from './backend/life.ts';
export type { SessionKey } from './backend/session-record.ts';
export type { Fields, NewSession, SessionHeader, SessionRecord } from './backend/session-record.ts';
export type {
  AuditedCreate,
  AuditedEnd,
  AuditedEndEverywhere,
  AuditedLogIn,
  AuditedReauthentication,
  AuditedRefusal,
  AuditedRotation,
  AuditEvent,
  AuditListener,
  EndReason,
} from './audit/audit-event.ts';
export { sessionStore } from './api/create-store.ts';
export { type RefusalReason, type StoreOutcome, StoreUnavailableError } from './errors.ts';
export { memoryBackend, type MemoryClock } from './memory/memory-backend.ts';
export type { DataKey, Secret, StoreKeys } from './options/keys.ts';
export type { SessionStoreOptions } from './options/store-options.ts';
export type {
  CreateOptions,
  Ended,
  GetOptions,
  Live,
  LogIn,
  PatchOptions,
  RotateOptions,
  SessionInfo,
  SessionStore,
} from './api/session-store.ts';
export { SessionGuardError } from '../errors/errors.ts';
