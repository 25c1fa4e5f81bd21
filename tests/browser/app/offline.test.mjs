// Recording a contact without a network, on a tablet that has opened the application before: nothing
// is lost, nothing is sent twice, and nobody sends or reads what is somebody else's.
//
//   TRIDEM_URL=http://127.0.0.1:7423 node --test tests/browser/app/offline.test.mjs
//
// The server shows the invented city of the demo, with its accounts.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

import { ARGUMENTS } from '../browser.mjs';
import { signIn } from './person.mjs';

const URL = (process.env.TRIDEM_URL ?? '').replace(/\/$/, '');
const TABLET = { width: 820, height: 1180 };
const LAUNCH = { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ARGUMENTS };
const SAID = {
  saved: 'Auf dem Gerät gespeichert. Gesendet ist es noch nicht.',
  there: 'Der Server ist erreichbar',
  away: 'Der Server ist gerade nicht erreichbar',
};

let browser;
before(async () => {
  assert.ok(URL, 'TRIDEM_URL says where the server is');
  browser = await chromium.launch(LAUNCH);
});
after(() => browser?.close());

// A tablet of its own, with nothing on it.
async function withTablet(use, language = 'de-DE') {
  const context = await browser.newContext({ viewport: TABLET, locale: language });
  context.setDefaultTimeout(15_000);
  try {
    await use(context, await context.newPage());
  } finally {
    await context.close();
  }
}

// Signs in, and waits until the tablet keeps what it takes to work without a network.
async function prepare(page, code) {
  await signIn(page, code);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
  const isReady = () => page.evaluate(async () => {
    const opening = indexedDB.open('tridem');
    const database = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
    const asking = database.transaction('settings').objectStore('settings').get('lists');
    await new Promise((resolve) => { asking.onsuccess = resolve; });
    database.close();
    return Boolean(asking.result);
  });
  for (let tries = 0; !(await isReady()); tries += 1) {
    assert.ok(tries < 100, 'the tablet gets what it takes to work without a network');
    await page.waitForTimeout(100);
  }
}

// Fills the form with the first child of the first school and a note that is nowhere else.
async function fill(page, note = `Probe ${randomUUID()}`) {
  await page.waitForSelector('#offline-form:not([hidden])');
  await page.locator('#offline-people input').first().check({ force: true });
  await page.fill('#shared_note', note);
  return note;
}

async function save(page) {
  await page.click('#offline-form [type=submit]');
  // The form is empty again when, and only when, the browser keeps what was in it.
  await page.waitForFunction(() => document.getElementById('shared_note').value === '');
}

// Presses "send now", also where it is gone because the page has noticed the network by itself.
const send = (page) => page.evaluate(() => document.getElementById('offline-send').click());

const waiting = (page) => page.locator('#offline-queue li').count();
const status = (page) => page.locator('#offline-status').textContent();
const until = (page, count) => page.waitForFunction((left) => document.querySelectorAll('#offline-queue li').length === left, count);
const saying = (page, text) => page.waitForFunction((said) => document.getElementById('offline-status').textContent.includes(said), text);

// How often the server has recorded a contact with this note.
async function recorded(page, note) {
  return page.evaluate(async (wanted) => {
    let count = 0;
    let after = null;
    for (let part = 0; part < 5; part += 1) {
      const answer = await fetch(`/api/v1/contacts?limit=200${after ? `&after=${after}` : ''}`);
      if (!answer.ok) throw new Error(`${answer.status}`);
      const told = await answer.json();
      count += told.contacts.filter((contact) => contact.shared_note === wanted).length;
      after = told.next;
      if (!after) break;
    }
    return count;
  }, note);
}

// Waits until the server has it: a page that has just opened shows nothing yet, and sends by itself.
async function arrives(page, note) {
  for (let tries = 0; (await recorded(page, note)) === 0; tries += 1) {
    assert.ok(tries < 100, 'what waited is sent');
    await page.waitForTimeout(100);
  }
}

// Everything that the browser keeps for the application, as text in which a word would be found.
function kept(page) {
  return page.evaluate(async () => {
    const found = [];
    const look = async (value) => {
      if (value instanceof CryptoKey) {
        found.push(value.extractable ? 'a key that can be read out' : 'a key');
      } else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
        found.push(new TextDecoder('latin1').decode(value));
      } else if (value && typeof value === 'object') {
        for (const [name, inner] of Object.entries(value)) { found.push(name); await look(inner); }
      } else {
        found.push(String(value));
      }
    };
    for (const { name } of await indexedDB.databases()) {
      const opening = indexedDB.open(name);
      const database = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
      for (const store of database.objectStoreNames) {
        const asking = database.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => { asking.onsuccess = resolve; });
        await look(asking.result);
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const store = await caches.open(name);
      for (const request of await store.keys()) {
        found.push(request.url, await (await store.match(request)).text());
      }
    }
    await look({ ...localStorage });
    await look({ ...sessionStorage });
    return found.join('\n');
  });
}

test('a contact is recorded without a network, kept encrypted, and sent once there is one again', () => withTablet(async (context, page) => {
  await prepare(page, 'bm01');
  await context.setOffline(true);
  // Whatever page is asked for: there is the form.
  await page.goto(`${URL}/contacts/new`);
  assert.equal(await page.locator('h1').textContent(), 'Kontakt ohne Netz');
  const note = await fill(page);
  await save(page);
  await until(page, 1);
  assert.equal(await page.locator('#offline-said').textContent(), SAID.saved);
  await saying(page, SAID.away);
  assert.match(await status(page), /1 warten/);
  const child = await page.locator('#offline-people input').first().getAttribute('value');
  const bytes = await kept(page);
  assert.ok(bytes.includes('a key') && !bytes.includes('a key that can be read out'));
  assert.ok(!bytes.includes(note) && !bytes.includes(child) && !bytes.includes('bm01'));
  await context.setOffline(false);
  await send(page);
  await until(page, 0);
  assert.match(await status(page), /1 gesendet/);
  await saying(page, SAID.there);
  assert.equal(await recorded(page, note), 1);
}));

test('what is typed comes back after the page was closed, and the language is the last one', () => withTablet(async (context, page) => {
  await prepare(page, 'bm01');
  await page.goto(`${URL}/language?to=en&back=/`);
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  await page.waitForTimeout(300);
  await context.setOffline(true);
  await page.goto(`${URL}/offline/new`);
  assert.equal(await page.locator('h1').textContent(), 'Contact without network');
  const note = await fill(page);
  await page.waitForTimeout(1_000);
  await page.close();
  const again = await context.newPage();
  await again.goto(`${URL}/`);
  await again.waitForSelector('#offline-form:not([hidden])');
  assert.equal(await again.inputValue('#shared_note'), note);
  assert.equal(await again.locator('#offline-people input').first().isChecked(), true);
}));

test('a contact whose answer was lost is recorded once', () => withTablet(async (context, page) => {
  await prepare(page, 'bm01');
  const answers = [];
  await context.route('**/api/v1/contacts', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    const answer = await route.fetch();
    answers.push(answer.status());
    // The server has recorded it, and the browser never learns.
    return answers.length < 3 ? route.abort('connectionreset') : route.fulfill({ response: answer });
  });
  await page.goto(`${URL}/offline/new`);
  const note = await fill(page);
  await save(page);
  for (const tries of [1, 2]) {
    await assert.doesNotReject(async () => {
      while (answers.length < tries) await page.waitForTimeout(50);
    });
    await saying(page, SAID.away);
    // It says that it is waiting, as nobody knows better.
    await until(page, 1);
    await send(page);
  }
  await until(page, 0);
  assert.deepEqual(answers, [201, 200, 200]);
  assert.equal(await recorded(page, note), 1);
}));

test('a tablet that is switched off between saving and sending still has it', async () => {
  const profile = await mkdtemp(path.join(tmpdir(), 'tridem-tablet-'));
  try {
    let context = await chromium.launchPersistentContext(profile, { ...LAUNCH, viewport: TABLET, locale: 'de-DE' });
    let page = await context.newPage();
    await prepare(page, 'bm01');
    await context.setOffline(true);
    await page.goto(`${URL}/`);
    const note = await fill(page);
    await save(page);
    await context.close();
    context = await chromium.launchPersistentContext(profile, { ...LAUNCH, viewport: TABLET, locale: 'de-DE' });
    page = await context.newPage();
    // The session went with the browser. What waits is there, and goes when the same person comes.
    await prepare(page, 'bm01');
    await page.goto(`${URL}/offline/new`);
    await arrives(page, note);
    assert.equal(await recorded(page, note), 1);
    await context.close();
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});

test('after a session has ended, nobody else reads or sends what waits', () => withTablet(async (context, page) => {
  await prepare(page, 'bm01');
  await context.setOffline(true);
  await page.goto(`${URL}/offline/new`);
  const note = await fill(page);
  await save(page);
  // The session ends while nobody looks.
  await context.clearCookies();
  await context.setOffline(false);
  await send(page);
  await page.waitForSelector('#offline-locked:not([hidden])');

  const sent = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/api/v1/contacts')) sent.push(request);
  });
  await prepare(page, 'sa01');
  await page.goto(`${URL}/offline/new`);
  await saying(page, 'eines anderen Kontos');
  assert.equal(await waiting(page), 0, 'it is counted and not shown');
  await page.waitForTimeout(1_000);
  assert.deepEqual(sent, []);
  assert.ok(!(await kept(page)).includes(note));
  // Also not where the page has lost track of who is there: the server knows.
  const refused = await page.evaluate(async () => {
    const opening = indexedDB.open('tridem');
    const database = await new Promise((resolve) => { opening.onsuccess = () => resolve(opening.result); });
    const store = database.transaction(['queue', 'settings']);
    const [items, device] = await Promise.all([store.objectStore('queue').getAll(), store.objectStore('settings').get('device')]
      .map((asking) => new Promise((resolve) => { asking.onsuccess = () => resolve(asking.result); })));
    database.close();
    const answer = await fetch('/api/v1/contacts', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'tridem-offline': `${device} ${items[0].owner}` },
      body: JSON.stringify({ submission: items[0].id, school: '1', kind: 'phone' }),
    });
    return [answer.status, (await answer.json()).error.code];
  });
  assert.deepEqual(refused, [409, 'other-owner']);

  await context.clearCookies();
  await prepare(page, 'bm01');
  await page.goto(`${URL}/offline/new`);
  await arrives(page, note);
  assert.equal(await recorded(page, note), 1);
}));

test('what was recorded on two tablets stays as two contacts', () => withTablet((context, page) => withTablet(async (other, second) => {
  const note = `Probe ${randomUUID()}`;
  for (const [tablet, tab] of [[context, page], [other, second]]) {
    await prepare(tab, 'bm01');
    await tablet.setOffline(true);
    await tab.goto(`${URL}/offline/new`);
    await fill(tab, note);
    await save(tab);
  }
  for (const [tablet, tab] of [[context, page], [other, second]]) {
    await tablet.setOffline(false);
    await send(tab);
    await until(tab, 0);
  }
  assert.equal(await recorded(page, note), 2);
})));

test('what the server refuses stays, says why, and can be changed', () => withTablet(async (context, page) => {
  await prepare(page, 'bm01');
  await page.goto(`${URL}/offline/new`);
  const note = await fill(page);
  await page.fill('#more', 'niemand-heisst-so');
  await save(page);
  const row = page.locator('#offline-queue li');
  await row.getByText('abgelehnt').waitFor();
  assert.match(await row.textContent(), /niemand-heisst-so/);
  assert.equal(await recorded(page, note), 0);
  await row.getByRole('button', { name: 'Ändern' }).click();
  assert.equal(await page.inputValue('#shared_note'), note);
  await page.fill('#more', '');
  await save(page);
  await until(page, 0);
  assert.equal(await recorded(page, note), 1);
}));

test('signing out asks first, and leaves nothing behind', () => withTablet(async (context, page) => {
  await prepare(page, 'bm01');
  await context.route('**/api/v1/contacts', (route) => route.abort('connectionreset'));
  await page.goto(`${URL}/offline/new`);
  await fill(page);
  await save(page);
  const asked = [];
  const answer = (accepts) => page.once('dialog', (dialog) => {
    asked.push(dialog.message());
    return accepts ? dialog.accept() : dialog.dismiss();
  });
  answer(false);
  await page.click('form[action="/sign-out"] button');
  await page.waitForTimeout(500);
  await until(page, 1);
  answer(true);
  await page.click('form[action="/sign-out"] button');
  await page.waitForURL(/sign-in/);
  assert.match(asked.join(' '), /1 Kontakte?, die nicht gesendet/);
  await page.waitForTimeout(300);
  const left = await kept(page);
  assert.ok(!left.includes('a key') && !left.includes('/offline?lang'), left);
  const workers = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  assert.equal(workers, 0);
}));

for (const [language, promise] of [['de-DE', 'Der Browser darf löschen, was er aufbewahrt'], ['en-GB', 'The browser may delete what it keeps']]) {
  test(`the page says what cannot be promised, and anybody can use it: ${language}`, () => withTablet(async (context, page) => {
    const look = async () => {
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
      assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]), []);
      for (const width of [390, 820, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(over <= 0, `${over} px too wide at ${width}`);
      }
    };
    await prepare(page, 'bm01');
    await page.goto(`${URL}/offline/new`);
    await page.waitForSelector('#offline-form:not([hidden])');
    await page.click('.offline-limits summary');
    assert.ok(await page.getByText(promise).isVisible());
    await look();
    await context.setOffline(true);
    await page.goto(`${URL}/offline/new`);
    await fill(page);
    await page.click('#offline-form [type=submit]');
    await until(page, 1);
    await look();
  }, language));
}
