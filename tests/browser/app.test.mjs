// Every page that anybody of the eight roles can reach by links, in German and English: with axe, with
// the keyboard, at three widths, through the markup checker, and as a picture for a person to look at.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { crawl } from './app/crawl.mjs';
import { makeCity, PERSONAS, save, serve, signIn } from './app/city.mjs';
import { nameElements, openBrowser, WIDTHS } from './browser.mjs';
import { breaksNoAccessibilityRule } from './checks/accessibility.mjs';
import { showsWhereTheFocusIs, stopsAtEverythingInOrder, targetsAreLargeEnough } from './checks/keyboard.mjs';
import { areValid } from './checks/markup.mjs';
import { hasAnOutline, leadsSomewhere, saysItsLanguage, staysWithinTheScreen } from './checks/page.mjs';
import { haveCaptionsAndHeaders, scrollInARegion } from './checks/tables.mjs';

const { PICTURES } = process.env;
const atEachWidth = [breaksNoAccessibilityRule, scrollInARegion];
const once = [
  hasAnOutline,
  leadsSomewhere,
  saysItsLanguage,
  haveCaptionsAndHeaders,
  stopsAtEverythingInOrder,
  showsWhereTheFocusIs,
  targetsAreLargeEnough,
  staysWithinTheScreen,
];

let browser, close, city, remove, server;
before(async () => {
  ({ browser, close } = await openBrowser());
  ({ city, remove } = await makeCity());
  server = await serve(city);
});
after(async () => {
  await server?.stop();
  await remove?.();
  await close?.();
});

for (const language of ['de', 'en']) {
  describe(`the pages in ${language}`, () => {
    const seen = new Set();
    const files = [];
    for (const { code, role } of PERSONAS) {
      test(`${role}: every page holds what pages must hold`, async () => {
        const context = await browser.newContext({ locale: language, viewport: { width: 820, height: 1100 } });
        await context.addInitScript(nameElements);
        const page = await context.newPage();
        let troubles = [];
        page.on('console', (message) => {
          if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`);
        });
        page.on('pageerror', (error) => troubles.push(`script: ${error.message}`));
        const findings = [];
        try {
          await signIn(page, server.address, code);
          await crawl(page, server.address, seen, async (name, answer) => {
            const say = (found) => findings.push(...found.map((text) => `${name}: ${text}`));
            if (answer.status() >= 400) say([`answered ${answer.status()}`]);
            const plain = `${role}${name.replaceAll('/', '_').replaceAll('*', 'x')}.${language}`;
            const file = path.join(PICTURES, `${plain}.html`);
            await save(file, await answer.text());
            files.push(file);
            const facts = { language, file, troubles };
            for (const check of once) {
              await page.setViewportSize({ width: 820, height: 1100 });
              say(await check.find(page, facts));
              await page.evaluate(() => (document.activeElement?.blur(), scrollTo(0, 0)));
            }
            await page.evaluate(() =>
              document.querySelectorAll('main details').forEach((found) => (found.open = true)),
            );
            for (const width of WIDTHS) {
              await page.setViewportSize({ width, height: 1100 });
              for (const check of atEachWidth) say(await check.find(page, facts));
              await page.screenshot({ path: path.join(PICTURES, `${plain}.${width}.png`), fullPage: true });
            }
            say(troubles);
            troubles = [];
          });
        } finally {
          await context.close();
        }
        assert.equal(findings.join('\n'), '', `${findings.length} findings`);
      });
    }
    test('the markup of every page is valid', async () => {
      assert.ok(files.length > 20, `${files.length} pages`);
      const findings = await areValid(files);
      assert.equal(findings.join('\n'), '', `${findings.length} findings`);
    });
  });
}

before(() => mkdir(PICTURES, { recursive: true }));
