// The page printed: nobody can move a table on paper, so all of it has to fit. A browser shrinks the
// whole document until the widest table fits, which makes small print too small to read.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

const MILLIMETRE = 96 / 25.4; // in px
const A4 = { portrait: 210, landscape: 297 };

export const fitsThePaper = {
  name: 'on paper no table is cut off or makes a browser shrink the page',
  async find(page) {
    await page.emulateMedia({ media: 'print' });
    const room = await page.evaluate(roomOnPaper);
    if (!room) return ['the style does not say on which paper the page is printed (@page with size: A4 and margin)'];
    const width = Math.floor((A4[room.turned] - 2 * room.margin) * MILLIMETRE);
    await page.setViewportSize({ width, height: 900 });
    return page.locator('table').evaluateAll(
      (tables, paper) =>
        tables.flatMap((table) => {
          const findings = [];
          const { left, right } = table.getBoundingClientRect();
          if (left < 0 || right > paper) {
            const percent = Math.floor((100 * paper) / (right - Math.min(left, 0)));
            findings.push(`${nameOf(table)} fits at ${percent} % only: ${Math.round(right)} of ${paper} px`);
          }
          for (let around = table.parentElement; around; around = around.parentElement) {
            const { overflowX } = getComputedStyle(around);
            if (overflowX !== 'visible' && around.scrollWidth > around.clientWidth) {
              findings.push(`${nameOf(around)} shows ${around.clientWidth} of ${around.scrollWidth} px`);
            }
          }
          return findings;
        }),
      width,
    );
  },
};

export const makesAPdf = {
  name: 'it can be printed to A4',
  async find(page, { file }) {
    const document = await page.pdf({ preferCSSPageSize: true, printBackground: true, tagged: true });
    await writeFile(path.join(process.env.PICTURES, `${path.basename(file, '.html')}.pdf`), document);
    const text = document.toString('latin1');
    const papers = [...text.matchAll(/\/MediaBox\s*\[([^\]]*)\]/g)].map(([, box]) => box.trim().split(/\s+/).map(Number));
    const findings = [];
    if (papers.length === 0) findings.push('the document has no page');
    for (const [, , width, height] of papers) {
      const [short, long] = [width, height].sort((a, b) => a - b).map((points) => Math.round((points / 72) * 25.4));
      if (short !== 210 || long !== 297) findings.push(`a page of ${short} x ${long} mm is not A4`);
    }
    return findings;
  },
};

// Runs inside the page: how the style turns the paper (the `page` of the body names its @page rule)
// and the margin in millimetres.
function roomOnPaper() {
  const { page } = getComputedStyle(document.body);
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const papers = rules.filter((rule) => rule instanceof CSSPageRule);
  const paper = papers.findLast(({ selectorText }) => selectorText === (page === 'auto' ? '' : page));
  const [, turned] = paper?.style.size.match(/^a4(?: (portrait|landscape))?$/i) ?? [];
  const [, margin] = paper?.style.marginLeft.match(/^([\d.]+)mm$/) ?? [];
  return margin ? { turned: turned ?? 'portrait', margin: Number(margin) } : null;
}
