// Somebody at a browser: signed in, in a language, with what their browser complains about.
import { nameElements, openBrowser } from '../browser.mjs';
import { PASSWORD } from './city.mjs';

export const ADDRESS = process.env.TRIDEM_URL;

// Forms that come back with mistakes have a status that the browser notes as if a file were missing.
const EXPECTED = /status of (401|403|404|413|422)/;

// Opens the browser for the tests of a file.
export function atBrowser({ before, after }) {
  const at = {};
  before(async () => Object.assign(at, await openBrowser()));
  after(() => at.close?.());
  // A person with a profile of their own; `code` is null for somebody who is not signed in.
  at.person = async (code, { language = 'de', address = ADDRESS, width = 820, ...more } = {}) => {
    const context = await at.browser.newContext({ locale: language, viewport: { width, height: 1100 }, ...more });
    context.setDefaultTimeout(20_000);
    await context.addCookies([{ name: 'tridem_lang', value: language, url: address }]);
    await context.addInitScript(nameElements);
    const page = await context.newPage();
    const troubles = [];
    page.on('console', (message) => {
      const text = message.text();
      if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(text)) troubles.push(`console: ${text}`);
    });
    page.on('pageerror', (error) => troubles.push(`script: ${error.message}`));
    if (code) await signIn(page, code, address);
    return { context, page, troubles, go: (to) => page.goto(new URL(to, address).href) };
  };
  return at;
}

// Signs somebody in with the form.
export async function signIn(page, code, address = ADDRESS) {
  await page.goto(`${address}/sign-in`);
  await page.locator('[name=code]').fill(code);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
}
