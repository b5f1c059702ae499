export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** What `Set-Cookie` says; empty where it is not there. */
  readonly setCookie: string;
}

/** Keeps the cookie of a session, as a browser does. */
export class Browser {
  readonly #url: string;
  cookie: string | undefined;

  constructor(url: string, cookie?: string) {
    this.#url = url;
    this.cookie = cookie;
  }

  /** Another tab, with the cookie as it is now. */
  tab(): Browser {
    return new Browser(this.#url, this.cookie);
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const cookie = this.cookie === undefined ? {} : { cookie: this.cookie };
    const response = await fetch(new URL(path, this.#url), { headers: { ...headers, ...cookie } });
    // The last one counts: a plugin may first take an old one away.
    const setCookie = response.headers.getSetCookie().at(-1) ?? '';
    if (setCookie !== '') this.cookie = setCookie.split(';')[0];
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : parsed(text), setCookie };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
