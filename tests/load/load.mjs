// Users that record and read at once, and what they had to wait for.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

import { demoCity, PASSWORD, served, tridem } from '../browser/app/city.mjs';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '120' },
    contacts: { type: 'string', default: '200000' },
    look: { type: 'string', default: '1' },
    type: { type: 'string', default: '5' },
  },
});
const [USERS, SECONDS, CONTACTS] = [values.users, values.seconds, values.contacts].map(Number);

// In milliseconds: a single user before the load, and everybody under it.
const ALONE = 100;
const TOGETHER = 250;
// How long somebody looks at a page before the next one, and how long the form of a contact takes them, in
// milliseconds: quicker than anybody, as a contact is to take 30 seconds.
const [LOOK, TYPE] = [values.look, values.type].map((seconds) => Number(seconds) * 1000);
// Between two reports.
const PAUSE = 1_500;
// Bytes after gzip: a page with everything that it loads.
const HEAVIEST = 150 * 1024;

const agent = new Agent({ keepAlive: true, maxSockets: USERS * 2 });

// One request, as a browser sends it from a page of the server's own.
function ask(address, { method = 'GET', to, cookie, form }) {
  const body = form && new URLSearchParams(form).toString();
  const headers = {
    'sec-fetch-site': 'same-origin',
    'accept-encoding': 'identity',
    ...(cookie && { cookie }),
    ...(body && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
  };
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(new URL(to, address), { method, headers, agent }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: answer.statusCode, headers: answer.headers, text, ms: performance.now() - begun });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function signIn(address, code) {
  const form = { code, password: PASSWORD, back: '/' };
  const { status, headers } = await ask(address, { method: 'POST', to: '/sign-in', form });
  assert.equal(status, 303, `${code} could not sign in`);
  return headers['set-cookie'].map((cookie) => cookie.split(';')[0]).find((cookie) => cookie.includes('session'));
}

const plain = (text) =>
  text.replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(parseInt(code, 16)))
    .replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

// What a form of a page would send as it stands.
function filled(page, action = '/contacts/new') {
  const form = page.split('<form').find((part) => part.includes(`action="${action}"`))?.split('</form>')[0] ?? '';
  const fields = [];
  const attribute = (tag, name) => plain(tag.match(new RegExp(`\\s${name}="([^"]*)"`))?.[1] ?? '');
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const type = attribute(tag, 'type');
    const isLeftOut = ['checkbox', 'radio'].includes(type) && !/\schecked/.test(tag);
    if (attribute(tag, 'name') && !isLeftOut && type !== 'submit') {
      fields.push([attribute(tag, 'name'), attribute(tag, 'value')]);
    }
  }
  for (const [, open, inner] of form.matchAll(/(<select[^>]*>)([\s\S]*?)<\/select>/g)) {
    const chosen = inner.match(/<option[^>]*\sselected[^>]*>/)?.[0] ?? inner.match(/<option[^>]*>/)?.[0] ?? '';
    fields.push([attribute(open, 'name'), attribute(chosen, 'value')]);
  }
  for (const [, open, inner] of form.matchAll(/(<textarea[^>]*>)([\s\S]*?)<\/textarea>/g)) {
    fields.push([attribute(open, 'name'), plain(inner)]);
  }
  return fields;
}

function quantile(times, share) {
  const sorted = [...times].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

const line = (name, times) =>
  `${name}: ${times.length} answers, half within ${quantile(times, 0.5).toFixed(0)} ms, ` +
  `99 of 100 within ${quantile(times, 0.99).toFixed(0)} ms, slowest ${Math.max(...times).toFixed(0)} ms`;

// The demo's own contacts over and over, each at a time of its own: as if the city had worked for decades.
function manyContacts(text) {
  const [head, ...rows] = text.trim().split('\n').filter((row) => row.split(',').length === 19 && !row.includes('"'));
  const all = [head];
  for (let number = 0; number < CONTACTS; number += 1) {
    const row = rows[number % rows.length].split(',');
    const minute = (number * 7) % 600;
    row[2] = `${String(8 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    all.push(row.join(','));
  }
  return `${all.join('\n')}\n`;
}

// How many contacts there are of the days since the demo's own end.
const recorded = (city, as) => {
  const words = ['contact', 'list', '--from', '2026-11-01', '--limit', '1000000', '--format', 'csv'];
  return tridem(city, words, as).trim().split('\n').length - 1;
};

let server = await demoCity({ keeps: true });
const { city } = server;
let failed = false;
const check = (holds, text) => {
  console.log(`${holds ? 'holds' : 'FAILS'}: ${text}`);
  failed ||= !holds;
};
try {
  await server.stop();
  const token = tridem(city, ['login', 'ko01', '--print'], { TRIDEM_PASSWORD: PASSWORD }).trim();
  const as = { TRIDEM_SESSION: token };
  const file = path.join(city, '..', 'contacts.csv');
  await writeFile(file, manyContacts(await readFile(path.join(city, 'files', 'contacts.csv'), 'utf8')));
  tridem(city, ['import', 'contacts', file], as);
  server = await served(city, ['serve', '--port', '0']);
  const { address } = server;
  // Ten people share an account each; with their pauses no account asks more often than it may.
  const codes = ['bm01', 'bm03', 'sa01', 'lk01', 'ko01'];
  const cookies = [];
  for (let user = 0; user < USERS; user += 1) cookies.push(await signIn(address, codes[user % codes.length]));
  const lead = await signIn(address, 'leitung');

  // One person alone.
  const alone = [];
  for (let round = 0; round < 60; round += 1) {
    for (const to of ['/', '/contacts/new?empty=1', '/contacts', '/inbox']) {
      const { status, ms } = await ask(address, { to, cookie: cookies[0] });
      assert.equal(status, 200, to);
      if (round > 4) alone.push(ms);
    }
  }
  console.log(line(`alone, with ${CONTACTS} more contacts stored`, alone));
  check(quantile(alone, 0.99) < ALONE, `99 of 100 answers within ${ALONE} ms for one person`);

  const { text } = await ask(address, { to: '/contacts/new?empty=1', cookie: cookies[0] });
  let weight = gzipSync(text).length;
  for (const [, to] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    weight += gzipSync((await ask(address, { to })).text).length;
  }
  check(weight < HEAVIEST, `the form of a contact weighs ${(weight / 1024).toFixed(0)} KB with all it loads`);

  // Everybody at once, each with a mark of their own in what they write, and a report meanwhile.
  const until = performance.now() + SECONDS * 1000;
  const [reading, writing, reports, problems] = [[], [], [], []];
  let acknowledged = 0;
  const read = async (to, cookie) => {
    const answer = await ask(address, { to, cookie });
    if (answer.status !== 200) problems.push(`${to}: ${answer.status}`);
    reading.push(answer.ms);
    return answer.text;
  };
  const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
  const work = cookies.map(async (cookie, user) => {
    await pause(((3 * LOOK + TYPE) * user) / USERS);
    for (let round = 0; performance.now() < until; round += 1) {
      for (const to of ['/', '/contacts', '/inbox']) {
        await read(to, cookie);
        await pause(LOOK);
      }
      const page = await read('/contacts/new?empty=1', cookie);
      const [who] = [...page.matchAll(/name="shown" value="([^"]+)"/g)].map(([, value]) => value);
      const own = ['who', 'kind', 'result', 'shared_note', 'group'];
      const form = filled(page).filter(([name]) => !own.includes(name));
      form.push(who ? ['who', who] : ['group', '1'], ['kind', 'phone'], ['result', 'reached'], ['do', 'save']);
      form.push(['shared_note', `mark ${user}-${round}`]);
      await pause(TYPE);
      const saved = await ask(address, { method: 'POST', to: '/contacts/new', cookie, form });
      writing.push(saved.ms);
      if (saved.status === 303) acknowledged += 1;
      else problems.push(`a contact: ${saved.status}`);
      // Each tenth is sent again, as after a lost answer.
      if (round % 10 === 0) await ask(address, { method: 'POST', to: '/contacts/new', cookie, form });
    }
  });
  const report = (async () => {
    const plugin = 'org.tridem.school-comparison';
    while (performance.now() < until) {
      const page = await ask(address, { to: `/reports/new?plugin=${plugin}`, cookie: lead });
      const form = filled(page.text, '/reports/new');
      const made = await ask(address, { method: 'POST', to: '/reports/new', cookie: lead, form });
      reports.push(made.ms);
      if (made.status !== 303) problems.push(`a report: ${made.status}`);
      await pause(PAUSE);
    }
  })();
  await Promise.all([...work, report]);
  console.log(line('reading', reading));
  console.log(line('recording', writing));
  console.log(line('reports', reports));
  check(problems.length === 0, `no answer was an error: ${problems.slice(0, 5).join('; ') || 'none'} (${problems.length})`);
  const all = [...reading, ...writing];
  check(quantile(all, 0.99) < TOGETHER, `99 of 100 answers within ${TOGETHER} ms for ${USERS} people at once`);
  await server.stop();
  const stored = recorded(city, as);
  check(stored === acknowledged, `${acknowledged} contacts were acknowledged, ${stored} are there`);
} finally {
  agent.destroy();
  await server.stop();
  await rm(path.dirname(city), { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
