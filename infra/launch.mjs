#!/usr/bin/env node
// What `npm start`, `npm test` and `npm run tollgate` run. It needs nothing but Node 20 and npm: it fetches the pinned Node and pnpm, installs
// what the lockfile says, builds, and hands over to the pinned Node. Each step is left out when nothing changed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'infra', 'cli', 'dist', 'main.js');
const stampFile = join(root, 'node_modules', '.tollgate-installed');
/** The pinned Node itself: the one in `.bin` is a shell script that signals would not pass through. */
const nodeFolder = join(root, 'node_modules', 'node', 'bin');
const node = join(nodeFolder, 'node');

/** A fingerprint of all that decides what is installed. */
function wantedStamp() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'])
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function installIfNeeded() {
  const stamp = wantedStamp();
  if (existsSync(node) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const tools = ['-p', `node@${manifest.devDependencies.node}`, '-p', manifest.packageManager];
  console.error(`tollgate: installing with ${tools[1]} and ${tools[3]} (the first time takes a minute)`);
  run('npx', ['--yes', ...tools, '-c', 'pnpm install --frozen-lockfile']);
  writeFileSync(stampFile, stamp);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: pinnedPath() });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** The pinned Node comes first, so that every tool runs under it. */
function pinnedPath() {
  return { ...process.env, PATH: [nodeFolder, join(root, 'node_modules', '.bin'), process.env.PATH].join(':') };
}

/** How often it is looked whether npm, which passes not every signal on, is still there. */
const PARENT_CHECK_MS = 500;

/**
 * Hands over: signals that reach only this process are passed on, and its end is ours. Without npm it is asked to end as
 * well, but not again if it was asked already: a second signal cuts the first one's good order short.
 */
function become(command, args) {
  const child = spawn(command, args, { cwd: process.env.INIT_CWD ?? root, stdio: 'inherit', env: pinnedPath() });
  let isAsked = false;
  const ask = (signal) => {
    isAsked = true;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => ask(signal));
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && !isAsked && ask('SIGTERM'), PARENT_CHECK_MS).unref();
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

const [task, ...args] = process.argv.slice(2);
installIfNeeded();
switch (task) {
  case 'start':
    run('tsc', ['-b']);
    become(node, ['--enable-source-maps', cli, 'up', ...args]);
    break;
  case 'test':
    run('biome', ['check', '.']);
    run('tsc', ['-b']);
    become('vitest', ['run', '--root', root, ...args]);
    break;
  case 'tollgate':
    if (!existsSync(cli)) run('tsc', ['-b']);
    become(node, ['--enable-source-maps', cli, ...args]);
    break;
  default:
    console.error('usage: node infra/launch.mjs start | test | tollgate …');
    process.exit(2);
}
