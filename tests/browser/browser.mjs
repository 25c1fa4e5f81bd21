// Debian's Chromium with a fresh profile, and pages that remember what went wrong while they loaded.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

// Tablet first, and also a phone and a laptop.
export const WIDTHS = [390, 820, 1280];

// What every browser of the tests is started with.
export const ARGUMENTS = [
  '--no-sandbox', // the sandbox refuses to run as root, which a build machine often is
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openBrowser() {
  // Whatever the browser writes beside its profile goes with this folder.
  const home = await mkdtemp(path.join(tmpdir(), 'tridem-browser-'));
  const tidy = () => rm(home, { recursive: true, force: true, maxRetries: 5 });
  try {
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      headless: true,
      args: ARGUMENTS,
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    });
    return { browser, close: () => browser.close().finally(tidy) };
  } catch (error) {
    await tidy();
    throw error;
  }
}

// Opens a page of the disk and gives it to `look`, which is told the page's language (report.de.html
// is German), its file and the troubles of loading it.
export async function visit(browser, file, width, look) {
  const context = await browser.newContext({ viewport: { width, height: 900 } });
  try {
    const url = pathToFileURL(file).href;
    const troubles = [];
    // Nothing leaves this machine, whatever a page asks for.
    await context.route((address) => address.protocol !== 'file:', (route) => route.abort());
    await context.addInitScript(nameElements);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => troubles.push(`script: ${error.message}`));
    page.on('requestfailed', (request) => troubles.push(`failed request: ${request.url()}`));
    page.on('request', (request) => {
      if (request.url() !== url) troubles.push(`request beside the page itself: ${request.url()}`);
    });
    await page.goto(url);
    // What can be opened is looked at as well.
    await page.evaluate(() => document.querySelectorAll('details').forEach((found) => (found.open = true)));
    const language = path.basename(file).split('.').at(-2);
    return await look(page, { file, language, troubles });
  } finally {
    await context.close();
  }
}

// Runs inside the page: lets every check name an element in the same way.
export function nameElements() {
  window.nameOf = (element) => {
    if (!element) return 'nothing';
    const id = element.id ? `#${element.id}` : '';
    const text = element.textContent.trim().replace(/\s+/g, ' ').slice(0, 40);
    return `<${element.localName}${id}> "${text}"`;
  };
}
