// Every page that anybody of the eight roles can reach by links, in German and English, full, empty and
// with mistakes: with axe, at three widths, through the markup checker, and as a picture for a person to
// look at. With CI=true the rules are asked in one language of each page, in turn, and no pictures are made.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { WIDTHS } from '../browser.mjs';
import { breaksNoAccessibilityRule } from '../checks/accessibility.mjs';
import { areValid } from '../checks/markup.mjs';
import { hasAnOutline, leadsSomewhere, saysItsLanguage } from '../checks/page.mjs';
import { haveCaptionsAndHeaders, scrollInARegion } from '../checks/tables.mjs';
import { PEOPLE } from './city.mjs';
import { crawl } from './crawl.mjs';
import { ADDRESS, atBrowser } from './person.mjs';

const { CI, PICTURES, TRIDEM_EMPTY_URL } = process.env;
const LANGUAGES = ['de', 'en'];
const once = [breaksNoAccessibilityRule, hasAnOutline, leadsSomewhere, saysItsLanguage, haveCaptionsAndHeaders];

const at = atBrowser({ before, after });
// What was looked at thoroughly, forms by where they go, and the pages as files.
const looked = new Set();
const forms = new Map();
const files = [];

// Everything that may be wrong with the page that is open. The rules are asked at one width, in turn;
// that nothing moves sideways, at each.
async function findings(page, name, language, text, isThorough) {
  const found = [];
  const say = (more) => found.push(...more.map((what) => `${language} ${name}: ${what}`));
  const file = path.join(PICTURES, `${files.length}-${name.replace(/[^\w?&-]/g, '_').slice(0, 80)}.${language}.html`);
  const turn = files.length % WIDTHS.length;
  if (isThorough) {
    await writeFile(file, text);
    files.push(file);
  }
  await page.evaluate(() => document.querySelectorAll('main details').forEach((part) => (part.open = true)));
  for (const [place, width] of WIDTHS.entries()) {
    await page.setViewportSize({ width, height: 1100 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > width) say([`is ${wide} px wide at ${width} px`]);
    if (!isThorough || place !== turn) continue;
    say(await scrollInARegion.find(page));
    for (const check of once) say(await check.find(page, { language }));
    if (language === 'de' && CI !== 'true') {
      await page.screenshot({ path: file.replace('.html', `.${width}.jpg`), type: 'jpeg', quality: 60, fullPage: true });
    }
  }
  return found;
}

// Looks at every page of somebody in both languages.
async function everyPage(code, address, state) {
  const { context, page, troubles } = await at.person(code, { address });
  const found = [];
  try {
    await crawl(page, address, async (name, url, first) => {
      await noteForms(page, code, name, url);
      // Somebody else has seen it: what differs is what it offers, and that fits or does not.
      const isNew = !looked.has(`${state} ${name}`);
      looked.add(`${state} ${name}`);
      const turn = LANGUAGES[looked.size % LANGUAGES.length];
      for (const language of isNew ? LANGUAGES : ['de']) {
        const isThorough = isNew && (CI !== 'true' || language === turn);
        let answer = first;
        if (language !== 'de') {
          await context.addCookies([{ name: 'tridem_lang', value: language, url: address }]);
          answer = await page.goto(url.href);
        }
        if (answer.status() >= 400) found.push(`${language} ${name}: answered ${answer.status()}`);
        found.push(...(await findings(page, `${code}${name}`, language, await answer.text(), isThorough)));
      }
      if (isNew) await context.addCookies([{ name: 'tridem_lang', value: 'de', url: address }]);
      found.push(...troubles.splice(0).map((text) => `${code}${name}: ${text}`));
    });
  } finally {
    await context.close();
  }
  assert.equal(found.join('\n'), '', `${found.length} findings`);
}

// Remembers where forms are that something is typed into.
async function noteForms(page, code, name, url) {
  const actions = await page.locator('form').evaluateAll((all) =>
    all.map((form) => ({
      isTyped: form.method === 'post' && [...form.elements].some((field) => field.matches('input:not([type=hidden], [type=checkbox], [type=radio]), textarea')),
      // A field may be called `action` as well.
      action: (form.getAttribute('action') ?? '').split('?')[0],
    })),
  );
  actions.forEach(({ isTyped, action }, place) => {
    const key = action.split('/').map((part) => (/\d/.test(part) ? '*' : part)).join('/');
    if (isTyped && !forms.has(key)) forms.set(key, { code, name, url, place });
  });
}

for (const code of Object.keys(PEOPLE)) {
  if (code !== 'bm03') test(`every page of ${PEOPLE[code]}`, () => everyPage(code, ADDRESS, 'full'));
}

test('pages of somebody who is not signed in', async () => {
  const { context, page } = await at.person(null);
  const found = [];
  for (const to of ['/sign-in', '/connect', '/ca', '/setup', '/nothing-there']) {
    const answer = await page.goto(ADDRESS + to);
    found.push(...(await findings(page, `nobody${to}`, 'de', await answer.text(), true)));
  }
  await context.close();
  assert.equal(found.join('\n'), '');
});

describe('a city in which nothing was recorded yet', () => {
  for (const code of ['verwaltung', 'leitung', 'datenschutz']) {
    test(`every page of ${PEOPLE[code]}`, () => everyPage(code, TRIDEM_EMPTY_URL, 'empty'));
  }
});

test('every form comes back with its mistakes when it is sent empty', async () => {
  const people = {};
  const found = [];
  for (const [turn, [action, { code, url, place }]] of [...forms].entries()) {
    const { page, troubles } = (people[code] ??= await at.person(code));
    const language = LANGUAGES[turn % 2];
    await page.context().addCookies([{ name: 'tridem_lang', value: language, url: ADDRESS }]);
    await page.goto(url.href);
    const sent = page.waitForResponse((answer) => answer.request().isNavigationRequest());
    const loaded = page.waitForEvent('load');
    await page.locator('form').nth(place).evaluate((form) => {
      for (const field of form.elements) {
        if (field.matches('input:not([type=hidden], [type=checkbox], [type=radio]), textarea')) field.value = '';
      }
      // Past every script and every `required`.
      HTMLFormElement.prototype.submit.call(form);
    });
    const answer = await sent;
    await loaded;
    if (answer.status() >= 500) found.push(`${action}: answered ${answer.status()}`);
    if (answer.status() === 422) {
      found.push(...(await findings(page, `wrong ${code}${action}`, language, await answer.text(), true)));
    }
    found.push(...troubles.splice(0).map((text) => `${action}: ${text}`));
  }
  await Promise.all(Object.values(people).map(({ context }) => context.close()));
  assert.equal(found.join('\n'), '', `${found.length} findings`);
});

test('the markup of every page is valid', async () => {
  assert.ok(files.length > 100, `${files.length} pages`);
  const found = await areValid(files);
  assert.equal(found.join('\n'), '', `${found.length} findings`);
});
