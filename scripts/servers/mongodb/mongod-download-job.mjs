// @ts-check
// The process that `mongod-download.mjs` starts: downloads into a folder, answers with the path or the error.
import { MongoBinary } from 'mongodb-memory-server-core';

const [folder, version] = process.argv.slice(2);
if (folder === undefined || version === undefined) throw new Error('usage: <folder> <version>');

// Its retries are for a host that stumbles; whoever waits here has another way to go.
process.env['MONGOMS_MAX_RETRIES'] ??= '1';
// It checks no certificate unless npm is told to, and runs what it gets: npm's own setting is not asked.
process.env['npm_config_strict_ssl'] = 'true';
// The wish for a system binary was asked before; here it would end in that binary again.
delete process.env['MONGOMS_SYSTEM_BINARY'];
process.env['MONGOMS_DOWNLOAD_DIR'] = folder;

try {
  process.send?.({ path: await MongoBinary.getPath({ downloadDir: folder, version }) });
} catch (error) {
  process.send?.({ error: error instanceof Error ? error.message : String(error) });
}
