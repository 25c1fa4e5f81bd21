// A check that cannot fail is worth nothing: fixtures/bad.de.html has at least one fault for every
// check, and every check has to find what is planted for it.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';

import { openBrowser, visit } from './browser.mjs';
import * as checks from './checks.mjs';

const bad = fileURLToPath(new URL('fixtures/bad.de.html', import.meta.url));

// What has to be among the findings, by the name of the check.
const PLANTED = {
  'axe finds no violation': [/^color-contrast/, /^image-alt/, /^region/],
  'the markup and the style are valid, without a warning': [/^error: .*blink/, /^warning: /, /CSS/],
  'the page says the language that it is in': [/lang is en, not de/],
  'the headings are an outline: one h1, no level left out': [/2 headings of level 1/, /follows a heading of level 1/],
  'links within the page lead to something, ids are unique': [/leads nowhere/, /have the id twice/],
  'the page loads nothing beside itself and the console is silent': [
    /^console: planted/,
    /^script: .*planted/,
    /^failed request: https:/,
    /^request beside the page itself: file:/,
  ],
  'the page itself does not move sideways': [/wide, the screen 320 px/, /wide, the screen 1280 px/],
  'every table has a caption, and headers for its columns and rows': [
    /no caption/,
    /no column header/,
    /is no header/,
    /row .* has no header/,
  ],
  'a cell that shows a sign is read out as a word, a withheld one as withheld': [
    /withheld is read ""/,
    /withheld is read "withheld"/,
    /a sign is read "–"/,
    /a cell is announced as/,
  ],
  'what moves sideways is a named region that the keyboard reaches': [/without a tabindex of 0/, /is no named region/],
  'every picture has a title, a description and a table with its figures': [
    /role=img/,
    /no title/,
    /no description/,
    /no table/,
  ],
  'Tab stops at everything that can be used, in reading order': [/^stop 1 is .*Zuletzt/, /does not leave the page/],
  'the focus can be seen': [/outline of 0 px/, /outside the screen or covered/],
  'links and buttons are large enough to hit': [/a link needs 24/, /a button needs 44/],
  'on paper no table is cut off or makes a browser shrink the page': [/fits at \d+ % only/, /shows \d+ of \d+ px/],
  'it can be printed to A4': [/is not A4/],
};

let browser, close;
before(async () => ({ browser, close } = await openBrowser()));
after(() => close?.());

for (const check of [...checks.once, ...checks.atEachWidth]) {
  test(`found where planted, the opposite of: ${check.name}`, async () => {
    const findings = await visit(browser, bad, 390, check.find);
    const planted = PLANTED[check.name];
    assert.ok(planted?.length, 'nothing is planted for this check');
    for (const wanted of planted) {
      assert.ok(findings.some((finding) => wanted.test(finding)), `${wanted} is not among:\n${findings.join('\n')}`);
    }
  });
}
