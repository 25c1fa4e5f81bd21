// Users that record and read at once, and what they had to wait for.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

import { makeCity, PASSWORD, save, serve, tridem } from '../browser/app/city.mjs';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '120' },
    contacts: { type: 'string', default: '200000' },
  },
});
const [USERS, SECONDS, CONTACTS] = [values.users, values.seconds, values.contacts].map(Number);

// In milliseconds: a single user before the load, and everybody under it.
const ALONE = 100;
const TOGETHER = 250;
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
function filled(page) {
  const form = page.match(/<form[^>]*id="contact-form"[\s\S]*?<\/form>/)?.[0] ?? '';
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

function csv(text) {
  const [head, ...rows] = text.replace(/^\uFEFF/, '').trim().split('\n');
  const names = head.trim().split(',');
  // The first columns have no commas in them.
  return rows.map((row) => Object.fromEntries(row.split(',').map((value, place) => [names[place], value])));
}

// A file of contacts over a school year.
function manyContacts(pupils, people) {
  const rows = ['school,day,minutes,kind,result,participants,pupils,persons,topics'];
  for (let number = 0; number < CONTACTS; number += 1) {
    const pupil = pupils[(number * 7919) % pupils.length];
    const day = new Date(Date.UTC(2024, 8, 2 + (number % 280))).toISOString().slice(0, 10);
    const person = people[number % people.length];
    rows.push(`${pupil.school},${day},15,phone,reached,${person},${pupil.code},1,attendance`);
  }
  return `${rows.join('\n')}\n`;
}

const { city, remove } = await makeCity();
let server;
let failed = false;
const check = (holds, text) => {
  console.log(`${holds ? 'holds' : 'FAILS'}: ${text}`);
  failed ||= !holds;
};
try {
  const token = tridem(city, ['login', 'ko01', '--print'], { TRIDEM_PASSWORD: PASSWORD }).trim();
  const as = { TRIDEM_SESSION: token };
  const pupils = csv(tridem(city, ['pupil', 'list', '--format', 'csv'], as));
  const file = path.join(city, '..', 'contacts.csv');
  await save(file, manyContacts(pupils, ['BM01', 'BM03']));
  tridem(city, ['import', 'contacts', file], as);
  server = await serve(city, ['--no-limits']);
  const { address } = server;
  const codes = ['bm01', 'sa01', 'lk01'];
  const cookies = [];
  for (let user = 0; user < USERS; user += 1) cookies.push(await signIn(address, codes[user % codes.length]));
  const lead = await signIn(address, 'leitung');

  // One person alone.
  const alone = [];
  for (let round = 0; round < 100; round += 1) {
    for (const to of ['/', '/contacts/new', '/contacts', '/inbox']) {
      const { status, ms } = await ask(address, { to, cookie: cookies[0] });
      assert.equal(status, 200, to);
      if (round > 4) alone.push(ms);
    }
  }
  console.log(line(`alone, with ${CONTACTS} contacts stored`, alone));
  check(quantile(alone, 0.99) < ALONE, `99 of 100 answers within ${ALONE} ms for one person`);

  const { text } = await ask(address, { to: '/contacts/new', cookie: cookies[0] });
  let weight = gzipSync(text).length;
  for (const [, to] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
    weight += gzipSync((await ask(address, { to })).text).length;
  }
  check(weight < HEAVIEST, `the form of a contact weighs ${(weight / 1024).toFixed(0)} KB with all it loads`);

  // Everybody at once, each with a mark of their own in what they write, and a report meanwhile.
  const before = csv(tridem(city, ['contact', 'list', '--from', '2026-11-01', '--format', 'csv'], as)).length;
  const until = performance.now() + SECONDS * 1000;
  const [reading, writing, problems] = [[], [], []];
  const marks = new Set();
  const isOwn = (pupil) => ['990011'].includes(pupil.school);
  const own = pupils.filter(isOwn);
  const work = cookies.map(async (cookie, user) => {
    for (let round = 0; performance.now() < until; round += 1) {
      for (const to of ['/', '/contacts', '/inbox']) {
        const { status, ms } = await ask(address, { to, cookie });
        if (status !== 200) problems.push(`${to}: ${status}`);
        reading.push(ms);
      }
      const page = await ask(address, { to: '/contacts/new', cookie });
      reading.push(page.ms);
      const mark = `mark ${user}-${round}`;
      const form = filled(page.text).filter(([name]) => !['shared_note', 'pupils', 'school', 'minutes'].includes(name));
      form.push(['pupils', own[(user * 31 + round) % own.length].code], ['school', '990011'], ['shared_note', mark]);
      form.push(['minutes', '15'], ['save', 'save']);
      const saved = await ask(address, { method: 'POST', to: '/contacts/new', cookie, form });
      writing.push(saved.ms);
      if (saved.status === 303) marks.add(mark);
      else problems.push(`a contact: ${saved.status}`);
      // Each tenth is sent again, as after a lost answer.
      if (round % 10 === 0) await ask(address, { method: 'POST', to: '/contacts/new', cookie, form });
      // A person thinks for a moment.
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
  const report = (async () => {
    let made = 0;
    while (performance.now() < until) {
      tridemInBackground(city, lead);
      made += 1;
      await new Promise((resolve) => setTimeout(resolve, 15_000));
    }
    return made;
  })();
  await Promise.all([...work, report]);
  console.log(line('reading', reading));
  console.log(line('recording', writing));
  check(problems.length === 0, `no answer was an error: ${problems.slice(0, 5).join('; ') || 'none'}`);
  const all = [...reading, ...writing];
  check(quantile(all, 0.99) < TOGETHER, `99 of 100 answers within ${TOGETHER} ms for ${USERS} people at once`);
  const list = tridem(city, ['contact', 'list', '--from', '2026-11-01', '--format', 'csv'], as);
  const after = csv(list).length;
  check(after - before === marks.size, `${marks.size} contacts were acknowledged, ${after - before} are there`);

  // Runs a report as the programme's lead, who waits for it beside everybody else.
  function tridemInBackground(_city, cookie) {
    const form = { plugin: 'org.tridem.school-comparison', year: '2025/26', audience: 'leadership' };
    ask(address, { method: 'POST', to: '/reports/new', cookie, form }).catch(() => problems.push('a report: no answer'));
  }
} finally {
  await server?.stop();
  agent.destroy();
  await remove();
}
process.exitCode = failed ? 1 : 0;
