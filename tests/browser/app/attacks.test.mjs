// What somebody tries who means harm: texts that break out of where they stand, the records of another
// school, files that unpack to more than a disk holds, requests that two servers would read differently.
// It has a city of its own, as little of it is left in order.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';

import { demoCity, PASSWORD } from './city.mjs';
import { NAUGHTY } from './naughty.mjs';
import { atBrowser } from './person.mjs';

const at = atBrowser({ before, after });
let city;
before(async () => (city = await demoCity()));
after(() => city?.stop());

// A page of somebody, in which the functions below run: they ask with `fetch` and read with the browser's
// own parser what it would make of the answers.
async function inside(code) {
  const person = await at.person(code, { address: city.address });
  await person.go('/sheets');
  await person.page.evaluate(() => {
    window.read = async (answer) => {
      const text = await answer.text();
      const page = new DOMParser().parseFromString(text, 'text/html');
      const bad = [...page.querySelectorAll('*')].filter(
        (element) =>
          (element.localName === 'script' && !element.src.includes('/assets/')) ||
          element.matches('iframe, object, embed, base') ||
          [...element.attributes].some(
            ({ name, value }) =>
              /^on/.test(name) || (/^(href|src|action|formaction|content)$/.test(name) && /^\s*(javascript|data|vbscript):/i.test(value)),
          ),
      );
      return { status: answer.status, text, page, bad: bad.map((element) => element.outerHTML.slice(0, 120)) };
    };
    window.post = (action, fields) =>
      fetch(action, { method: 'POST', body: fields }).then(window.read);
  });
  return person;
}

// Runs inside the page: sends every form that is reached by links with texts in all its fields, round after
// round, and gives what went wrong.
async function tryEverything({ texts, rounds }) {
  const wrong = [];
  const [waiting, seen, sent] = [['/'], new Set(), new Set()];
  const shape = (path) => path.split('/').map((part) => (/\d/.test(part) ? '*' : part)).join('/');
  const aside = /^\/(assets|language|api|sign-out|sign-in)|\.\w+$/;
  let turn = 0;
  while (waiting.length) {
    const path = waiting.shift();
    if (seen.has(shape(path))) continue;
    seen.add(shape(path));
    const answer = await fetch(path);
    if (!answer.headers.get('content-type')?.startsWith('text/html')) continue;
    const { page, bad, status } = await read(answer);
    if (status >= 500 || bad.length) wrong.push(`${path}: ${status} ${bad}`);
    for (const link of page.querySelectorAll('a[href^="/"]')) {
      const next = link.getAttribute('href').split('?')[0];
      if (!aside.test(next)) waiting.push(next);
    }
    for (const form of page.querySelectorAll('form[method=post]:not([enctype])')) {
      const action = form.getAttribute('action');
      const typed = [...form.querySelectorAll('input, textarea')].filter(
        (field) => field.name && !['hidden', 'checkbox', 'radio', 'file'].includes(field.type),
      );
      if (aside.test(action) || !typed.length || sent.has(shape(action))) continue;
      sent.add(shape(action));
      for (let round = 0; round < rounds; round += 1) {
        const fields = new URLSearchParams(new FormData(form));
        for (const field of typed) fields.set(field.name, texts[turn++ % texts.length]);
        // What is chosen is not as the page has it, either.
        if (round % 2) for (const field of form.querySelectorAll('select, [type=radio]')) fields.set(field.name, texts[turn++ % texts.length]);
        const got = await post(action, fields);
        if (got.status >= 500 || got.status === 429 || got.bad.length) wrong.push(`${action}: ${got.status} ${got.bad} ${decodeURIComponent(fields).slice(0, 500)}`);
      }
    }
  }
  return { wrong, sent: sent.size };
}

describe('texts that break out of where they stand', () => {
  for (const code of ['bm01', 'lk01', 'ko01', 'datenschutz', 'leitung', 'verwaltung']) {
    test(`in every field of every form of ${code}`, async () => {
      const { page, context } = await inside(code);
      const dialogs = [];
      page.on('dialog', (dialog) => dialogs.push(dialog.message()));
      const { wrong, sent } = await page.evaluate(tryEverything, { texts: NAUGHTY, rounds: 2 });
      assert.equal(wrong.join('\n'), '', `${wrong.length} of ${sent} forms`);
      // What was stored of it is shown on the pages that list it.
      for (const to of ['/', '/contacts', '/pupils', '/inbox', '/records', '/account']) {
        await page.goto(city.address + to);
      }
      assert.deepEqual(dialogs, []);
      await context.close();
    });
  }

  test('in the name of a file', async () => {
    const { page, context } = await inside('ko01');
    const wrong = await page.evaluate(async (texts) => {
      const found = [];
      for (const name of texts) {
        const fields = new FormData();
        fields.set('what', 'pupils');
        fields.set('file', new File(['a,b\n1,2\n'], name.slice(0, 2000)));
        const got = await post('/imports/preview', fields);
        if (got.status >= 500 || got.bad.length) found.push(`${name.slice(0, 60)}: ${got.status} ${got.bad}`);
      }
      return found;
    }, NAUGHTY);
    assert.equal(wrong.join('\n'), '');
    await context.close();
  });
});

test('what belongs to another school is not there', async () => {
  const [own, other] = [await inside('bm01'), await inside('bm03')];
  const links = (person, list, pattern) =>
    person.page.evaluate(async ([list, pattern]) => {
      const { page } = await read(await fetch(list));
      const all = [...page.querySelectorAll('main a[href]')].map((link) => link.getAttribute('href'));
      return [...new Set(all.map((link) => link.match(new RegExp(pattern))?.[0]).filter(Boolean))];
    }, [list, pattern]);
  let asked = 0;
  for (const [list, pattern, more] of [
    ['/pupils', '^/pupils/[A-Z]+\\d+', ['', '/change', '/letters']],
    ['/families', '^/families/[A-Z]+\\d+', ['', '/change']],
    ['/contacts', '^/contacts/[0-9a-f-]{36}', ['', '/correct']],
    ['/inbox?who=all', '^/inbox/tasks/[0-9a-f-]+', ['']],
  ]) {
    const mine = await links(own, list, pattern);
    const foreign = (await links(other, list, pattern)).filter((link) => !mine.includes(link)).slice(0, 3);
    for (const link of foreign) {
      const theirs = await other.page.evaluate((to) => fetch(to).then(({ status }) => status), link);
      assert.equal(theirs, 200, link);
      for (const end of more) {
        asked += 1;
        const status = await own.page.evaluate((to) => fetch(to).then(({ status }) => status), link + end);
        assert.equal(status, 404, link + end);
      }
    }
  }
  assert.ok(asked > 10, `${asked} addresses`);
  await own.context.close();
  await other.context.close();
});

// A zip archive of one file of zeros, which is a thousand times smaller than what it unpacks to.
function bomb(name, megabytes) {
  const packed = deflateRawSync(Buffer.alloc(megabytes << 20), { level: 9 });
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(8, 4);
  head.writeUInt32LE(packed.length, 14);
  head.writeUInt32LE(megabytes << 20, 18);
  head.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, Buffer.from(name), packed]);
  const entry = Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), head, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(entry.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, entry, Buffer.from('PK\x05\x06'), end]);
}

test('files that unpack to a thousand times their size, and those that are too large, are refused', async () => {
  const { context } = await inside('ko01');
  const chief = await inside('verwaltung');
  const headers = { 'sec-fetch-site': 'same-origin' };
  const send = async (who, to, name, buffer) => {
    const multipart = { what: 'pupils', file: { name, mimeType: 'application/octet-stream', buffer } };
    const begun = performance.now();
    const answer = await who.request.post(city.address + to, { headers, multipart, timeout: 60_000 }).catch(() => null);
    const status = answer?.status() ?? 'closed';
    assert.ok(status === 'closed' || (status >= 400 && status < 500), `${to} ${name}: ${status}`);
    assert.ok(performance.now() - begun < 30_000, `${to} ${name} took too long`);
  };
  await send(context, '/imports/preview', 'viel.xlsx', bomb('xl/worksheets/sheet1.xml', 400));
  await send(chief.context, '/plugins/upload', 'viel.tridem', bomb('manifest.json', 400));
  await send(chief.context, '/plugins/upload', 'viel.tridem', bomb('plugin.wasm', 400));
  await send(context, '/imports/preview', 'gross.csv', Buffer.alloc(24 << 20, 'a,'));
  await send(chief.context, '/plugins/upload', 'gross.tridem', Buffer.alloc(80 << 20, 7));
  const data = `code=${'a'.repeat(2 << 20)}`;
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await context.request.post(`${city.address}/sign-in`, { headers: form, data }).catch(() => null);
  assert.ok(!answer || (answer.status() >= 400 && answer.status() < 500), `${answer?.status()}`);
  await context.close();
  await chief.context.close();
});

// What the server answers to bytes, until it closes.
function raw(bytes) {
  const { hostname, port, host } = new URL(city.address);
  return new Promise((resolve, reject) => {
    let got = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes.replaceAll('HOST', host)));
    socket.setTimeout(8_000, () => socket.end());
    socket.on('data', (part) => (got += part));
    socket.on('close', () => resolve(got));
    socket.on('error', (error) => (error.code === 'ECONNRESET' ? resolve(got) : reject(error)));
  });
}

describe('a request that two servers would read differently is not answered as two', () => {
  const inner = 'GET /health HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n';
  const head = 'POST /sign-in HTTP/1.1\r\nHost: HOST\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n';
  for (const [name, bytes] of [
    ['a length and parts', `${head}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${inner}`],
    ['two lengths', `${head}Content-Length: 0\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`],
    ['a length that is none', `${head}Content-Length: +0\r\n\r\n${inner}`],
    ['parts under a name that is none', `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${inner}`],
    ['a folded header', `${head}X-A: b\r\n Content-Length: 5\r\n\r\n${inner}`],
    ['a space before the colon', `${head}Content-Length : 0\r\n\r\n${inner}`],
    ['a line end within a header', `${head}X-A: b\nContent-Length: 0\r\n\rX: y\r\n\r\n${inner}`],
  ]) {
    test(name, async () => {
      const got = await raw(bytes);
      const answers = got.match(/HTTP\/1\.1 \d+/g) ?? [];
      assert.ok(!got.includes('"status":"ok"'), got.slice(0, 300));
      assert.ok(answers.every((answer) => /4\d\d$/.test(answer)), answers.join());
    });
  }
});

test('the cookie of a session is out of reach of scripts and of other sites, and answers say little', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
  const body = new URLSearchParams({ code: 'bm01', password: PASSWORD, back: '//evil.example' });
  const answer = await fetch(`${city.address}/sign-in`, { method: 'POST', headers, body, redirect: 'manual' });
  assert.equal(answer.headers.get('location'), '/');
  const session = answer.headers.getSetCookie().find((cookie) => cookie.includes('session'));
  for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/']) assert.ok(session.includes(part), session);
  for (const name of ['server', 'x-powered-by', 'access-control-allow-origin']) assert.equal(answer.headers.get(name), null, name);
  for (const name of ['content-security-policy', 'x-content-type-options', 'referrer-policy']) assert.ok(answer.headers.get(name), name);
});
