// The invented city with somebody of every role, an empty one, and the server over them. The folder of
// either goes with its server.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const PASSWORD = 'neun schulen ein fluss';

// Who works there, as the demo makes them: the code of the account and its role. `bm01` and `bm03` are
// mediators of different schools.
export const PEOPLE = {
  verwaltung: 'administrator',
  bm01: 'mediator',
  bm03: 'mediator',
  lk01: 'teacher',
  sa01: 'social-worker',
  sl01: 'head',
  ko01: 'coordinator',
  leitung: 'lead',
  datenschutz: 'protection-officer',
};

const PROGRAM = process.env.TRIDEM;

// Runs the program over a folder and gives what it prints.
export function tridem(folder, words, variables = {}) {
  const env = { ...process.env, TRIDEM_LANG: 'en', TRIDEM_DIR: folder, HOME: folder, ...variables };
  return execFileSync(PROGRAM, words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 30 });
}

// A folder for a city, which is not there yet.
export async function place() {
  const folder = await mkdtemp(path.join(tmpdir(), 'tridem-app-'));
  return { city: path.join(folder, 'city'), remove: () => rm(folder, { recursive: true, force: true }) };
}

// The demo's city, served until `stop` is called; whoever keeps its folder has to remove it.
export async function demoCity({ keeps = false } = {}) {
  const { city, remove } = await place();
  return served(city, ['demo', '--serve', '--port', '0'], keeps ? undefined : remove);
}

// A city in which nothing was recorded yet: an administrator and a lead are all there is.
export async function emptyCity() {
  const { city, remove } = await place();
  const password = { TRIDEM_PASSWORD: PASSWORD, TRIDEM_NEW_PASSWORD: PASSWORD };
  tridem(city, ['init', '--municipality', 'Leerstadt']);
  tridem(city, ['account', 'add', 'verwaltung', '--role', 'administrator'], password);
  const chief = { TRIDEM_SESSION: tridem(city, ['login', 'verwaltung', '--print'], password).trim() };
  const first = 'acht schulen kein fluss';
  for (const [code, role] of [['leitung', 'lead'], ['datenschutz', 'protection-officer']]) {
    tridem(city, ['account', 'add', code, '--role', role], { ...chief, TRIDEM_NEW_PASSWORD: first });
    tridem(city, ['login', code, '--print'], { TRIDEM_PASSWORD: first, TRIDEM_NEW_PASSWORD: PASSWORD });
  }
  return served(city, ['serve', '--port', '0'], remove);
}

// Serves a folder and gives the address, as soon as it can be asked.
export async function served(city, words, remove = async () => {}) {
  const server = spawn(PROGRAM, ['--dir', city, '--lang', 'en', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve) => server.on('exit', resolve));
  let said = '';
  const address = await new Promise((resolve, reject) => {
    const read = (bytes) => {
      said += bytes;
      const found = said.match(/https?:\/\/localhost:\d+/);
      if (found) resolve(found[0]);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    await remove();
  };
  return { city, address, stop };
}
