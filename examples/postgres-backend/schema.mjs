/**
 * Two tables. The values of conditions have columns; the rest of a session is in `record`, as JSON text, because `jsonb` takes
 * no NUL and texts neither. `ends_at` is for the cleaning: whether a session is over is decided when it is read.
 */
export const schema = `
create table if not exists user_sessions (
  user_key text not null,
  hash text not null,
  owner text,
  ends_at double precision not null,
  record text not null,
  primary key (user_key, hash)
);
create index if not exists user_sessions_ends_at on user_sessions (ends_at);
create table if not exists user_revocation_marks (
  user_key text primary key,
  epoch text not null,
  except_handle text,
  set_at double precision not null,
  ends_at double precision not null
);`;

/** Nothing depends on it: it only keeps the tables small. To be run by a timer, every few minutes. */
export const cleanUp = `
delete from user_sessions where ends_at < (extract(epoch from clock_timestamp()) * 1000);
delete from user_revocation_marks where ends_at < (extract(epoch from clock_timestamp()) * 1000);`;

/**
 * The server's time in milliseconds, as all instances of an application share it. Not `now()`, which is that of the beginning of the
 * transaction: a session may have ended while it waited for a lock.
 */
export const clock = 'floor(extract(epoch from clock_timestamp()) * 1000)::float8';
