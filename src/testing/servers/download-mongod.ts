import { type ChildProcess, spawn } from 'node:child_process';

/** Runs in a separate process: the download's sockets would keep this process alive, and cannot be closed in another way. */
const job = `
const [file, version] = process.argv.slice(1);
const { MongoBinary } = require(file);
MongoBinary.getPath(version === '' ? {} : { version }).then(
  path => process.send({ path }, () => process.exit()),
  error => process.send({ error: String(error?.message ?? error) }, () => process.exit()),
);`;

/**
 * mongodb-memory-server's own download, into its own cache, from a host whose certificate is valid.
 * @param file of the package
 * @param limitMS how long it may take
 * @returns the path of the mongod
 */
export async function downloadMongod(file: string, version: string, limitMS: number): Promise<string> {
  const env = {
    // Its retries are for an unreliable host; here the time is limited instead.
    MONGOMS_MAX_RETRIES: '1',
    ...process.env,
    NODE_OPTIONS: '',
    // Without this it accepts any certificate of the host, and the downloaded program would be run.
    npm_config_strict_ssl: 'true',
  };
  const child = spawn(process.execPath, ['-e', job, file, version], {
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const limit = AbortSignal.timeout(limitMS);
  try {
    return await answerOf(child, limit, limitMS);
  } finally {
    child.kill('SIGKILL');
  }
}

function answerOf(child: ChildProcess, limit: AbortSignal, limitMS: number): Promise<string> {
  return new Promise((resolve, reject) => {
    limit.addEventListener('abort', () => reject(new Error(`no end within ${limitMS / 1000} s`)));
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`it ended with exit code ${code}`)));
    child.once('message', (answer: { readonly path?: string; readonly error?: string }) => {
      if (answer.path === undefined) reject(new Error(answer.error));
      else resolve(answer.path);
    });
  });
}
