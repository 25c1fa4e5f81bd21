// A mediator's day: recording a contact with few touches and with the keyboard alone, with nothing lost
// whatever happens meanwhile, and correcting it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ADDRESS, atBrowser, signIn } from './person.mjs';

const at = atBrowser({ before, after });

// A contact with this note is in the list so often.
async function saved(page, note) {
  await page.goto(`${ADDRESS}/contacts`);
  const links = await page.locator('.contact-rows .c-what a').evaluateAll((all) => all.slice(0, 8).map((link) => link.href));
  let found = 0;
  for (const link of links) {
    const answer = await page.request.get(link);
    if ((await answer.text()).includes(note)) found += 1;
  }
  return found;
}

const newest = (page) => page.locator('.contact-rows li').first();
const isSaved = (page) => page.locator('.kern-alert--success').waitFor();

// Fills in the form, with a note by which the contact is found again.
async function fill(page, note, who = 1) {
  for (let place = 0; place < who; place += 1) {
    await page.locator('#people input[name=who]').nth(place).check();
  }
  await page.locator('#kind').selectOption('phone');
  await page.locator('#result input[value=reached]').check();
  if (!note) return;
  await page.locator('details.c-rest').first().evaluate((part) => (part.open = true));
  await page.locator('#shared_note').fill(note);
}

async function blank(person) {
  await person.go('/contacts/new?empty=1');
  return person.page;
}

describe('a new contact', () => {
  for (const language of ['de', 'en']) {
    test(`takes at most eight touches from the start page (${language})`, async () => {
      const person = await at.person('bm01', { language });
      const { page } = person;
      await person.go('/');
      let touches = 0;
      const touch = async (selector) => {
        touches += 1;
        await page.locator(selector).first().click();
      };
      await touch('a.c-big');
      await touch('#people label.c-chip');
      if (!(await page.locator('#kind').inputValue())) {
        touches += 1;
        await page.locator('#kind').selectOption('phone');
      }
      await touch('#result label.c-chip');
      await touch('#topics label.c-chip');
      await touch('#save');
      await isSaved(page);
      assert.ok(touches <= 8, `${touches} touches`);
      assert.deepEqual(person.troubles, []);
      await person.context.close();
    });
  }

  test('needs no mouse, and by the keyboard less than 15 seconds', async () => {
    const person = await at.person('bm01');
    const { page } = person;
    // The keystroke-level model (Card, Moran and Newell, CACM 23(7), 1980): an average typist needs 0.28 s
    // for a key, and everybody 1.35 s to make up their mind. It simulates the person and not the machine.
    let seconds = 0;
    const press = async (key) => {
      seconds += 0.28 * key.split('+').length;
      await page.keyboard.press(key);
    };
    const decide = () => (seconds += 1.35);
    await person.go('/');
    decide();
    await press('n');
    await page.waitForURL('**/contacts/new');
    // The field of people has the focus; Enter goes on from one field to the next.
    decide();
    await press('Space');
    await press('Enter');
    decide();
    const kind = page.locator('#kind');
    if (!(await kind.inputValue())) await press('ArrowDown');
    await press('Enter');
    decide();
    await press('Space');
    assert.notEqual(await page.locator('#result input:checked').count(), 0, 'the result is chosen');
    decide();
    await press('Control+Enter');
    await isSaved(page);
    assert.ok(seconds < 15, `${seconds} s`);
    await person.context.close();
  });

  test('works without a script', async () => {
    const person = await at.person('bm01', { javaScriptEnabled: false });
    const page = await blank(person);
    await page.locator('#find').fill('an');
    await page.locator('#search').click();
    await page.locator('#people input[name=who]').first().press('Space');
    await page.locator('#kind').selectOption('phone');
    await page.locator('#result input[value=reached]').press('Space');
    await page.locator('#save').click();
    await isSaved(page);
    await person.context.close();
  });

  test('can be saved so that the next one begins with the same school, kind and topics', async () => {
    const person = await at.person('bm01');
    const page = await blank(person);
    await fill(page, 'merkmal naechster');
    await page.locator('#topics input').first().check();
    const topic = await page.locator('#topics input').first().inputValue();
    await page.locator('#save-next').click();
    await isSaved(page);
    assert.match(page.url(), /\/contacts\/new\?/);
    assert.equal(await page.locator('#kind').inputValue(), 'phone');
    assert.ok(await page.locator(`#topics input[value="${topic}"]`).isChecked());
    assert.equal(await page.locator('#people input:checked').count(), 0, 'nobody is chosen');
    assert.equal(await page.locator('#shared_note').inputValue(), '');
    assert.equal(await saved(page, 'merkmal naechster'), 1);
    await person.context.close();
  });

  test('can be made of another one, without person and note', async () => {
    const person = await at.person('bm01');
    const { page } = person;
    await person.go('/contacts');
    await newest(page).locator('.c-again').click();
    await page.waitForURL('**/contacts/new?again=*');
    assert.notEqual(await page.locator('#kind').inputValue(), '');
    assert.equal(await page.locator('#people input:checked').count(), 0);
    await page.locator('#people input[name=who]').first().check();
    await page.locator('#save').click();
    await isSaved(page);
    await person.context.close();
  });

  test('of several pupils is one contact', async () => {
    const person = await at.person('bm01');
    const page = await blank(person);
    await page.locator('#find').fill('an');
    await page.locator('#people [data-found]').nth(1).waitFor();
    for (const place of [0, 1]) await page.locator('#people input[name=who][value^="pupil:"]').nth(place).check();
    await page.locator('#kind').selectOption('class');
    await page.locator('#result input[value=reached]').check();
    await page.locator('details.c-rest').first().evaluate((part) => (part.open = true));
    await page.locator('#shared_note').fill('merkmal gruppe');
    await page.locator('#save').click();
    await isSaved(page);
    assert.equal(await saved(page, 'merkmal gruppe'), 1);
    await person.context.close();
  });

  test('says what is missing, with everything typed still there', async () => {
    const person = await at.person('bm01');
    const page = await blank(person);
    await page.locator('details.c-rest').first().evaluate((part) => (part.open = true));
    await page.locator('#shared_note').fill('merkmal fehlt');
    await page.locator('#save').click();
    await page.locator('#mistakes').waitFor();
    assert.equal(await page.locator('#shared_note').inputValue(), 'merkmal fehlt');
    assert.ok(await page.locator('#mistakes').evaluate((part) => part === document.activeElement));
    await person.context.close();
  });
});

describe('nothing that was typed is lost', () => {
  test('when the page is loaded again, and when the browser is closed and opened', async () => {
    const first = await at.person('bm01');
    const page = await blank(first);
    const kept = page.waitForResponse((answer) => answer.url().endsWith('/contacts/draft') && answer.ok());
    await fill(page, 'merkmal entwurf');
    await kept;
    await page.waitForURL('**/contacts/new?draft=*');
    await page.reload();
    assert.equal(await page.locator('#shared_note').inputValue(), 'merkmal entwurf');
    await first.context.close();
    const second = await at.person('bm01');
    await second.go('/contacts/new');
    assert.equal(await second.page.locator('#shared_note').inputValue(), 'merkmal entwurf');
    assert.equal(await second.page.locator('#people input:checked').count(), 1);
    await second.page.locator('form[action="/contacts/draft/end"] button').click();
    await second.page.waitForURL('**/contacts/new?empty=1');
    await second.context.close();
  });

  test('when the session ends in the middle: it is sent after signing in elsewhere', async () => {
    const person = await at.person('bm01');
    const page = await blank(person);
    await fill(page, 'merkmal sitzung');
    const session = (await person.context.cookies()).find(({ name }) => name.includes('session'));
    await person.context.clearCookies({ name: session.name });
    await page.locator('#save').click();
    await page.locator('#trouble-sign-in').waitFor();
    assert.equal(await page.locator('#shared_note').inputValue(), 'merkmal sitzung');
    const elsewhere = await person.context.newPage();
    await signIn(elsewhere, 'bm01');
    await elsewhere.close();
    await page.locator('#save').click();
    await isSaved(page);
    assert.equal(await saved(page, 'merkmal sitzung'), 1);
    await person.context.close();
  });

  test('when the session ends in the middle and there is no script', async () => {
    const person = await at.person('bm01', { javaScriptEnabled: false });
    const page = await blank(person);
    await page.locator('#people input[name=who]').first().check();
    await page.locator('#kind').selectOption('phone');
    await page.locator('#result input[value=reached]').check();
    const session = (await person.context.cookies()).find(({ name }) => name.includes('session'));
    await person.context.clearCookies({ name: session.name });
    await page.locator('#save').click();
    const elsewhere = await person.context.newPage();
    await signIn(elsewhere, 'bm01');
    await elsewhere.close();
    await page.locator('form[action="/contacts/new"] button').click();
    await isSaved(page);
    await person.context.close();
  });

  test('when the network is cut while it is saved', async () => {
    const person = await at.person('bm01');
    const page = await blank(person);
    await fill(page, 'merkmal netz');
    await person.context.setOffline(true);
    await page.locator('#save').click();
    await page.locator('#trouble').waitFor();
    assert.equal(await page.locator('#shared_note').inputValue(), 'merkmal netz');
    await person.context.setOffline(false);
    await page.locator('#save').click();
    await isSaved(page);
    assert.equal(await saved(page, 'merkmal netz'), 1);
    await person.context.close();
  });

  test('and nothing is saved twice when the answer is lost, or the button is pressed twice', async () => {
    const person = await at.person('bm01');
    const page = await blank(person);
    await fill(page, 'merkmal zweimal');
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/contacts/new'));
    await page.locator('#save').dblclick();
    const body = (await sent).postData();
    await isSaved(page);
    // The same once more, as after an answer that never came.
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    const again = await person.context.request.post(`${ADDRESS}/contacts/new`, { headers, data: body });
    assert.equal(again.status(), 200);
    assert.equal(await saved(page, 'merkmal zweimal'), 1);
    await person.context.close();
  });
});

describe('a contact that is there', () => {
  test('is corrected with a reason, and what it said stays', async () => {
    const person = await at.person('bm01');
    const page = await blank(person);
    await fill(page, 'merkmal vorher');
    await page.locator('#save').click();
    await isSaved(page);
    await newest(page).locator('.c-what a').first().click();
    await page.locator('a[href$="/correct"]').click();
    await page.locator('#shared_note').fill('merkmal nachher');
    await page.locator('#reason').fill('vertippt');
    await page.locator('#correction button[value=save]').click();
    await isSaved(page);
    const text = await page.locator('main').innerText();
    for (const word of ['merkmal vorher', 'merkmal nachher', 'vertippt']) assert.ok(text.includes(word), word);
    await person.context.close();
  });

  test('has a private note that the own profession reads, and another once it is shown to them', async () => {
    const own = await at.person('bm01');
    const page = await blank(own);
    await fill(page, 'merkmal geteilt');
    await page.locator('#private_note').fill('merkmal vertraulich');
    await page.locator('#save').click();
    await isSaved(page);
    await newest(page).locator('.c-what a').first().click();
    const address = page.url();
    assert.ok((await page.locator('main').innerText()).includes('merkmal vertraulich'));
    const chief = await at.person('ko01');
    const reads = async () => {
      await chief.page.goto(address);
      return (await chief.page.locator('main').innerText()).includes('merkmal vertraulich');
    };
    assert.equal(await reads(), false);
    await page.locator('form[action$="/release"]').evaluate((form) => (form.closest('details').open = true));
    const roles = await page.locator('#to option').evaluateAll((all) => all.map((one) => [one.value, one.text]));
    const to = roles.find(([, word]) => /oordin/.test(word))?.[0];
    assert.ok(to, `no coordinators among ${roles.map(([, word]) => word)}`);
    await page.locator('#to').selectOption(to);
    await page.locator('#ground').selectOption({ index: 1 });
    await page.locator('#reason').fill('Absprache');
    await page.locator('form[action$="/release"] button').click();
    await isSaved(page);
    assert.equal(await reads(), true);
    await page.locator('form[action$="/revoke"] button').click();
    await isSaved(page);
    assert.equal(await reads(), false);
    await own.context.close();
    await chief.context.close();
  });
});
