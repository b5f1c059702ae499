import fs from 'node:fs';
const lock = JSON.parse(fs.readFileSync('package-lock.json'));
const P = lock.packages;
let n = 0;
for (const [path, p] of Object.entries(P))
  for (const [name, range] of Object.entries(p.optionalDependencies ?? {})) {
    const key = 'node_modules/' + name;
    if (P[key] || P[path + '/' + key]) continue;
    const m =
      /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x)/.exec(name);
    if (!m) {
      console.log('skip', name, range);
      continue;
    }
    const libc = /musl/.test(name) ? ['musl'] : /gnu/.test(name) && m[1] === 'linux' ? ['glibc'] : undefined;
    P[key] = {
      version: range.replace(/^[\^~]/, ''),
      cpu: [m[2]],
      dev: true,
      ...(libc ? { libc } : {}),
      license: p.license,
      optional: true,
      os: [m[1]],
    };
    n++;
  }
lock.packages = Object.fromEntries(Object.entries(P).sort(([a], [b]) => (a < b ? -1 : 1)));
fs.writeFileSync('package-lock.json', JSON.stringify(lock, null, 2) + '\n');
console.log('added', n);
