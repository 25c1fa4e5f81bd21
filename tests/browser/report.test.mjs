// The reports in both languages: every check at every width it concerns, on the pages of the folder
// REPORTS; and pictures of them in PICTURES, for a person to look at.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { openBrowser, visit, WIDTHS } from './browser.mjs';
import { atEachWidth, once } from './checks.mjs';

const { REPORTS, PICTURES } = process.env;

let browser, close;
before(async () => ({ browser, close } = await openBrowser()));
after(() => close?.());

// What else is on the page of a demo's report, so that no check passes for lack of it.
const SPECIAL = {
  report: ['svg[role=img]', 'td.withheld'],
  attendance: ['svg[role=img]', 'td.withheld'],
  // A working version withholds nothing; it has records that a check has found instead.
  records: ['svg[role=img]', '.findings'],
  gaps: ['td.withheld', '.legend'],
};

const pages = readdirSync(REPORTS).filter((name) => /\.(de|en)\.html$/.test(name));
test('there are reports in both languages', () => {
  for (const name of ['report.de.html', 'report.en.html']) assert.ok(pages.includes(name), name);
});

for (const name of pages) {
  const file = path.join(REPORTS, name);
  const holds = (check, width) => async () => {
    const findings = await visit(browser, file, width, check.find);
    assert.equal(findings.join('\n'), '', `${findings.length} findings`);
  };

  describe(name, () => {
    test('there is something to look at', () =>
      visit(browser, file, 820, async (page) => {
        const selectors = ['table', '.scroll', 'a[href]', ...(SPECIAL[name.split('.')[0]] ?? [])];
        for (const selector of selectors) {
          assert.ok(await page.locator(selector).count(), `the page has no ${selector}`);
        }
      }));
    for (const check of once) test(check.name, holds(check, 820));
    for (const width of WIDTHS) {
      for (const check of atEachWidth) test(`${check.name} (${width} px)`, holds(check, width));
    }

    test('pictures for a person to look at', async () => {
      const picture = (page, what) =>
        page.screenshot({ path: path.join(PICTURES, `${name}.${what}.png`), fullPage: true });
      for (const width of WIDTHS) await visit(browser, file, width, (page) => picture(page, `${width}`));
      // Whether anything is told by colour alone is for eyes to judge.
      await visit(browser, file, 820, async (page) => {
        await page.emulateMedia({ forcedColors: 'active' });
        await picture(page, 'forced-colours');
        await page.emulateMedia({ forcedColors: 'none' });
        await page.addStyleTag({ content: 'html { filter: grayscale(1) }' });
        await picture(page, 'grey');
      });
    });
  });
}
