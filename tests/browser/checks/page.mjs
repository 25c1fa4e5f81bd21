// The page as a whole: its language, its outline, its links, its width, and that it stands alone.
import { WIDTHS } from '../browser.mjs';

export const saysItsLanguage = {
  name: 'the page says the language that it is in',
  async find(page, { language }) {
    const said = await page.locator('html').getAttribute('lang');
    return said === language ? [] : [`lang is ${said}, not ${language}`];
  },
};

export const hasAnOutline = {
  name: 'the headings are an outline: one h1, no level left out',
  async find(page) {
    const headings = await page.locator('h1, h2, h3, h4, h5, h6').evaluateAll((elements) =>
      elements.map((element) => ({ level: Number(element.localName[1]), name: nameOf(element) })),
    );
    const findings = [];
    const first = headings.filter(({ level }) => level === 1).length;
    if (first !== 1) findings.push(`${first} headings of level 1`);
    let above = 0;
    for (const { level, name } of headings) {
      if (level > above + 1) findings.push(`${name} follows a heading of level ${above}`);
      above = level;
    }
    return findings;
  },
};

export const leadsSomewhere = {
  name: 'links within the page lead to something, ids are unique',
  async find(page) {
    return page.evaluate(() => {
      const links = [...document.querySelectorAll('a[href^="#"]')];
      const lost = links.filter((link) => !document.getElementById(decodeURIComponent(link.hash.slice(1))));
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
      const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
      return [
        ...lost.map((link) => `${nameOf(link)} leads nowhere`),
        ...twice.map((id) => `two elements have the id ${id}`),
      ];
    });
  },
};

export const loadsNothingElse = {
  name: 'the page loads nothing beside itself and the console is silent',
  async find(page, { troubles }) {
    await page.waitForLoadState('networkidle');
    return troubles;
  },
};

export const staysWithinTheScreen = {
  name: 'the page itself does not move sideways',
  async find(page) {
    const findings = [];
    // WCAG 1.4.10 asks for it down to 320 px, which is also a laptop zoomed to 400 %.
    for (const width of [320, ...WIDTHS]) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) findings.push(`the page is ${wide} px wide, the screen ${width} px`);
    }
    return findings;
  },
};
