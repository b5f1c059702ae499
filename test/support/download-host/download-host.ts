import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Its own authority: nobody trusts it, unless `NODE_EXTRA_CA_CERTS` names it. It protects nothing but these tests. */
export const certificateFile = fileURLToPath(new URL('cert.pem', import.meta.url));
const keyFile = new URL('key.pem', import.meta.url);

export interface DownloadHost {
  readonly url: string;
  /** To download into. */
  readonly folder: string;
  /** The `mongod` that the host gives. */
  readonly program: Buffer;
  /** How many downloads were begun. */
  readonly asked: () => number;
  /** Whether the program was run. */
  readonly ran: () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** A host of archives of MongoDB whose `mongod` leaves a note when it is run, and then fails. */
export async function startDownloadHost(): Promise<DownloadHost> {
  const work = await mkdtemp(join(tmpdir(), 'session-guard-'));
  const note = join(work, 'note');
  const program = Buffer.from(`#!/bin/sh\necho ran >'${note}'\necho 'not a server' >&2\nexit 1\n`);
  const archive = await archiveOf(work, program);
  let asked = 0;
  const [key, cert] = await Promise.all([readFile(keyFile), readFile(certificateFile)]);
  const server = createServer({ key, cert }, (_, response) => {
    asked += 1;
    response.setHeader('content-length', archive.length).end(archive);
  });
  // A client that does not trust it breaks off.
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await rm(work, { recursive: true });
  };
  const ran = () =>
    readFile(note).then(
      () => true,
      () => false,
    );
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, folder: join(work, 'downloads'), program, asked: () => asked, ran, close };
}

async function archiveOf(folder: string, program: Buffer): Promise<Buffer> {
  const content = join(folder, 'mongodb');
  await mkdir(join(content, 'bin'), { recursive: true });
  await writeFile(join(content, 'bin', 'mongod'), program, { mode: 0o755 });
  return execFileSync('tar', ['-cz', '-C', folder, 'mongodb/bin/mongod']);
}
