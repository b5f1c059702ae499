import type { MongoClientOptions } from 'mongodb';

/** Options whose value is a secret, in a connection string or beside it. */
const secretOption = /pass(?:word|phrase)|token|secret|key(?!s?file)|authMechanismProperties/i;

/** Shorter values occur in any text. */
const shortest = 3;

/** The parts of a connection string and of client options that must not be printed: user, password, and secret options. */
export function secretsOf(uri: string, options: MongoClientOptions | undefined): readonly string[] {
  const [, userInfo = ''] = /^[^:]*:\/*(.*)@/s.exec(uri) ?? [];
  const query = [...new URLSearchParams(uri.slice(uri.indexOf('?') + 1))];
  const given = Object.entries({ ...options, ...options?.auth });
  const named = [...query, ...given].filter(([name]) => secretOption.test(name)).map(([, value]) => value);
  const parts = [userInfo, ...userInfo.split(/[:@/]/), ...named];
  const texts = parts.filter(value => typeof value === 'string').flatMap(text => [text, decoded(text)]);
  return texts.filter(text => text.length >= shortest).toSorted((a, b) => b.length - a.length);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}
