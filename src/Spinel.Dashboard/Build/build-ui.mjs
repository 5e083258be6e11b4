// Builds the pages of the dashboard for embedding: `node build-ui.mjs <ui directory> <output directory>`.
// Installs packages only when package-lock.json has changed, and compresses texts. Two builds at once take turns.

import { execSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const [ui, output] = process.argv.slice(2).map((path) => resolve(path));
const texts = new Set(['.html', '.js', '.css', '.svg', '.json', '.txt', '.webmanifest']);
const lock = join(ui, 'node_modules.lock');
const staleMs = 10 * 60_000;

const oldest = [20, 19];

// What the bundler says of an older one helps nobody.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  process.stderr.write(`The dashboard's pages are built with Node.js ${oldest.join('.')} or later; this is ${process.versions.node}. Or build without the pages: -p:DashboardUi=false\n`);
  process.exit(1);
}

function acquire() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > staleMs) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
    }
  }
}

function run(command) {
  try {
    execSync(command, { cwd: ui, stdio: 'pipe', encoding: 'utf8', env: { ...process.env, CI: '1', NO_COLOR: '1' } });
  } catch (error) {
    process.stderr.write(`${command} failed in ${ui}:\n${error.stdout ?? ''}${error.stderr ?? ''}\n`);
    process.exitCode = 1;
    throw error;
  }
}

function install() {
  const stamp = join(ui, 'node_modules', '.spinel-lock');
  const wanted = createHash('sha256').update(readFileSync(join(ui, 'package-lock.json'))).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  run('npm ci --no-audit --no-fund --loglevel=error');
  writeFileSync(stamp, wanted);
}

function* files(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

function pack(from) {
  const fresh = `${output}.new`;
  rmSync(fresh, { recursive: true, force: true });
  for (const path of files(from)) {
    const target = join(fresh, relative(from, path));
    const bytes = readFileSync(path);
    mkdirSync(dirname(target), { recursive: true });
    if (texts.has(extname(path))) {
      const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
      writeFileSync(`${target}.br`, brotliCompressSync(bytes, options));
    } else {
      writeFileSync(target, bytes);
    }
  }
  rmSync(output, { recursive: true, force: true });
  renameSync(fresh, output);
}

acquire();
try {
  install();
  run('npm run build');
  pack(join(ui, 'dist'));
} catch (error) {
  if (!process.exitCode) {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }
} finally {
  rmSync(lock, { recursive: true, force: true });
}
