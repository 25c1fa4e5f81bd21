// What people come for each day: the register of a class, the inbox, the comparison, the school's own
// report, an account for somebody new, another version of a plugin.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { atBrowser } from './person.mjs';

const at = atBrowser({ before, after });
const done = (page) => page.locator('.kern-alert--success').waitFor();
// Waits for the page that comes of a press.
const sent = (page, pressed) => Promise.all([page.waitForEvent('load'), pressed]);
const PACKAGES = fileURLToPath(new URL('../../../plugins/dist', import.meta.url));

// A day of the year that the demo has data of, on which the schools were open.
const SCHOOL_DAY = '2026-06-24';

for (const javaScriptEnabled of [true, false]) {
  test(`a teacher takes the register of a class, ${javaScriptEnabled ? 'with' : 'without'} a script`, async () => {
    const person = await at.person('lk01', { javaScriptEnabled, width: 390 });
    const { page } = person;
    await person.go(`/attendance?day=${javaScriptEnabled ? SCHOOL_DAY : '2026-06-25'}`);
    await page.locator('.att-classes a').first().click();
    const mark = page.locator('.att-row').first().locator('.att-marks input');
    const away = (await mark.evaluateAll((all) => all.map((one) => one.value))).findIndex((value) => /absent|excused|unexcused/.test(value));
    assert.ok(away >= 0, 'somebody can be away');
    await mark.nth(away).press('Space');
    await page.locator('[data-save]').press('Enter');
    await done(page);
    assert.ok(await page.locator('.att-row').first().locator('.att-marks input').nth(away).isChecked());
    assert.deepEqual(person.troubles, []);
    await person.context.close();
  });
}

test('a coordinator settles a task of the inbox with one press and takes it back', async () => {
  const person = await at.person('ko01', { width: 1280 });
  const { page } = person;
  await person.go('/inbox?who=all');
  const rows = page.locator('.todo-row');
  const first = await rows.first().getAttribute('id');
  await rows.first().locator('form[action$="/done"] button').first().click();
  await page.locator('.undo').waitFor();
  assert.equal(await page.locator(`[id="${first}"]`).count(), 0);
  await page.locator('.undo button').click();
  await person.go('/inbox?who=all');
  assert.equal(await page.locator(`[id="${first}"]`).count(), 1);
  await person.context.close();
});

test('the counts of the inbox are those of its lists', async () => {
  const person = await at.person('bm01');
  const { page } = person;
  await person.go('/inbox');
  const buckets = await page.locator('.buckets a').evaluateAll((all) =>
    all.map((link) => ({ to: link.href, count: link.querySelector('.count')?.textContent })),
  );
  assert.ok(buckets.length >= 5);
  for (const { to, count } of buckets.filter(({ count }) => count && Number(count) <= 20)) {
    await page.goto(to);
    assert.equal(await page.locator('.todo-row').count(), Number(count), to);
  }
  await person.context.close();
});

for (const language of ['de', 'en']) {
  test(`the lead runs the comparison and takes it home in each form (${language})`, async () => {
    const person = await at.person('leitung', { language, width: 1280, acceptDownloads: true });
    const { page } = person;
    await person.go('/reports/new?plugin=org.tridem.school-comparison');
    if (!(await page.locator('form[action="/reports/new"]').count())) {
      await person.go('/reports/new');
      await page.locator('.card a').first().click();
    }
    await page.locator('form[action="/reports/new"] button[type=submit]').first().click();
    await page.waitForURL(/\/reports\/[0-9a-f-]{8,}/, { timeout: 60_000 });
    const files = await page.locator('.files a').evaluateAll((all) => all.map((link) => link.href));
    assert.ok(files.length >= 4, `${files.length} files`);
    for (const file of files) {
      const answer = await page.request.get(file);
      assert.equal(answer.status(), 200, file);
      assert.ok((await answer.body()).length > 200, file);
    }
    await person.go('/compare');
    assert.ok((await page.locator('main table').count()) > 0, 'pictures have tables');
    assert.deepEqual(person.troubles, []);
    await person.context.close();
  });
}

test("a head reads the school's own report and nobody else's", async () => {
  const person = await at.person('sl01');
  const { page } = person;
  await person.go('/reports/new');
  await page.locator('.card a').first().click();
  assert.equal(await page.locator('input[name=audience][type=radio]').count(), 0);
  await page.locator('form[action="/reports/new"] button[type=submit]').first().click();
  await page.waitForURL(/\/reports\/[0-9a-f-]{8,}/, { timeout: 60_000 });
  await page.locator('a[href$="/view"]').first().click();
  await page.waitForURL('**/view');
  assert.ok((await page.locator('table').count()) > 0);
  await person.context.close();
});

test('an administrator adds an account, whose owner chooses a password of their own', async () => {
  const chief = await at.person('verwaltung');
  const { page } = chief;
  const code = `leitung${Date.now() % 100_000}`;
  await chief.go('/accounts/new');
  await page.locator('#new [name=code]').fill(code);
  await page.locator('#new [name=role]').selectOption('lead');
  await page.locator('#new button').click();
  const [shown, first] = await page.locator('.big-code code').allTextContents();
  assert.equal(shown, code);
  const person = await at.person(null);
  await person.go('/sign-in');
  const form = person.page.locator('main form').first();
  await form.locator('[name=code]').fill(code);
  await form.locator('[name=password]').fill(first);
  await form.locator('button').click();
  await form.locator('[name=new_password]').fill('vier schulen am hang');
  await form.locator('[name=password]').fill(first);
  await form.locator('button').click();
  await person.page.waitForURL((url) => url.pathname === '/');
  await person.context.close();
  await chief.context.close();
});

test('a coordinator gives somebody a place at a school, and ends it', async () => {
  const person = await at.person('ko01');
  const { page } = person;
  await person.go('/staff/BM04');
  const places = page.locator('main > .att-imports').first().locator('> li');
  const before = await places.count();
  const form = page.locator('form[action="/staff/BM04/assign"]');
  await page.locator('details', { has: form }).locator('summary').click();
  await form.locator('[name=school]').selectOption('990018');
  await form.locator('[name=weekly_hours]').fill('1,5');
  await form.locator('[name=from]').fill('2026-08-03');
  await sent(page, form.locator('button').click());
  assert.equal(await places.count(), before + 1);
  const given = places.filter({ hasText: '990018' }).last();
  assert.match(await given.innerText(), /1,5 Stunden/);
  await given.locator('summary').click();
  await given.locator('[name=last]').fill('2026-08-04');
  await sent(page, given.locator('button').click());
  assert.match(await places.filter({ hasText: '990018' }).last().innerText(), /04\.08\.2026/);
  await person.context.close();
});

test('an administrator tries another version of a plugin, takes it, and goes back', async () => {
  const person = await at.person('verwaltung');
  const { page } = person;
  const plugin = '/plugins/org.tridem.attendance';
  const older = `${plugin}?version=1.0.0`;
  const does = (action) => page.locator(`main form[action$="${action}"] button`).first();
  await person.go('/plugins/upload');
  await page.locator('input[type=file]').setInputFiles(path.join(PACKAGES, 'attendance-1.0.0.tridem'));
  await sent(page, page.locator('main form button').first().click());
  assert.match(new URL(page.url()).pathname, /^\/plugins\/uploads\//);
  await sent(page, page.locator('main form button').first().click());
  assert.equal(new URL(page.url()).pathname, '/plugins/org.tridem.attendance/1.0.0/grants');
  assert.equal(await page.locator('main input[type=radio]:checked').count(), 9, 'those of the other version');
  await person.go(older);
  await sent(page, page.locator('main button[formaction$="/monitor"]').click());
  assert.match(await page.locator('main').innerText(), /Probelauf/);
  assert.equal(await page.locator('main button[formaction$="/monitor"]').count(), 0, 'it runs like that now');
  await person.go(`${plugin}/diff`);
  await sent(page, page.locator('main form button').first().click());
  assert.match(await page.locator('main').innerText(), /Versionen 1\.0\.1 und 1\.0\.0 zeigen dasselbe/);
  // An older version in place of a newer one has to be meant.
  await person.go(older);
  await does('/enable').click();
  assert.equal(await page.locator('#downgrade:invalid').count(), 1, 'nothing was sent');
  await page.locator('#downgrade').check();
  await sent(page, does('/enable').click());
  assert.match(await page.locator('main h1').innerText(), /1\.0\.0/);
  await sent(page, does('/rollback').click());
  assert.match(await page.locator('main h1').innerText(), /1\.0\.1/);
  await person.go(older);
  const remove = page.locator('details', { has: page.locator('form[action$="/1.0.0/remove"]') });
  await remove.locator('summary').click();
  await sent(page, does('/1.0.0/remove').click());
  assert.equal(new URL(page.url()).pathname, '/plugins');
  await person.context.close();
});
