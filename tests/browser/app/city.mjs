// An invented city with somebody of every role, and the server over it. Its folder goes with it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const FIRST = 'zettel von der verwaltung';
export const PASSWORD = 'neun schulen ein fluss';

// Who works there: the code of the account, its role, and the practitioner that somebody is.
export const PERSONAS = [
  { code: 'verwaltung', role: 'administrator' },
  { code: 'bm01', role: 'mediator', practitioner: 'BM01' },
  { code: 'lk01', role: 'teacher', practitioner: 'LK01' },
  { code: 'sa01', role: 'social-worker', practitioner: 'SA01' },
  { code: 'sl01', role: 'head', practitioner: 'SL01' },
  { code: 'ko01', role: 'coordinator', practitioner: 'KO01' },
  { code: 'leitung', role: 'lead' },
  { code: 'datenschutz', role: 'protection-officer' },
];

const PROGRAM = process.env.TRIDEM;

// Runs the program over a folder and gives what it prints.
export function tridem(folder, words, variables = {}) {
  const env = { ...process.env, TRIDEM_LANG: 'en', TRIDEM_DIR: folder, HOME: folder, ...variables };
  return execFileSync(PROGRAM, words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

// Makes the city, with its accounts.
export async function makeCity() {
  const folder = await mkdtemp(path.join(tmpdir(), 'tridem-app-'));
  const city = path.join(folder, 'city');
  tridem(city, ['demo']);
  if (!tridem(city, ['person', 'list', '--format', 'csv']).includes('SL01')) {
    tridem(city, ['person', 'add', 'SL01', '--name', 'Hanna Ahornweg', '--role', 'head']);
    tridem(city, ['person', 'assign', 'SL01', '990011', '--from', '2025-08-01', '--weekly-hours', '41']);
  }
  const signIn = (code, password, own) => {
    const variables = { TRIDEM_PASSWORD: password, ...(own && { TRIDEM_NEW_PASSWORD: own }) };
    return tridem(city, ['login', code, '--print'], variables).trim();
  };
  let administrator;
  for (const { code, role, practitioner } of PERSONAS) {
    const person = practitioner ? ['--practitioner', practitioner] : [];
    const password = administrator ? FIRST : PASSWORD;
    const variables = { TRIDEM_NEW_PASSWORD: password };
    if (administrator) variables.TRIDEM_SESSION = administrator;
    tridem(city, ['account', 'add', code, '--role', role, ...person], variables);
    if (!administrator) administrator = signIn(code, PASSWORD);
    else signIn(code, FIRST, PASSWORD);
  }
  return { city, remove: () => rm(folder, { recursive: true, force: true }) };
}

// Serves a city until `stop` is called; `kill` ends it as a power cut would.
export async function serve(city, more = []) {
  const server = spawn(PROGRAM, ['--dir', city, '--lang', 'en', 'serve', '--port', '0', ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
    setTimeout(() => reject(new Error(`the server said nothing: ${said}`)), 60_000).unref();
  });
  const ended = new Promise((resolve) => server.on('exit', resolve));
  const end = (signal) => async () => {
    server.kill(signal);
    await ended;
  };
  return { address, said: () => said, stop: end('SIGTERM'), kill: end('SIGKILL') };
}

// Signs somebody in with the form, as a person does.
export async function signIn(page, address, code) {
  await page.goto(`${address}/sign-in`);
  await page.locator('[name=code]').fill(code);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
}

export async function save(file, text) {
  await writeFile(file, text);
}
