// Tables as a screen reader meets them. What is read out is asked of the browser's own accessibility
// tree, not guessed from the markup.

const SPOKEN = { de: 'unterdrückt', en: 'withheld' };

export const haveCaptionsAndHeaders = {
  name: 'every table has a caption, and headers for its columns and rows',
  async find(page) {
    return page.locator('table').evaluateAll((tables) =>
      tables.flatMap((table) => {
        const findings = [];
        const say = (text) => findings.push(`${nameOf(table)}: ${text}`);
        if (!table.caption?.textContent.trim()) say('no caption');
        if (!table.tHead?.querySelector('th[scope=col]')) say('no column header');
        // The corner over the row labels may be an empty cell.
        for (const cell of table.tHead?.querySelectorAll('td, th:not([scope])') ?? []) {
          if (cell.textContent.trim()) say(`${nameOf(cell)} is no header`);
        }
        const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
        for (const row of rows) {
          // A single cell across the table says that there is nothing to show.
          const isSentence = row.cells.length === 1 && row.cells[0].colSpan > 1;
          if (!isSentence && !row.querySelector('th[scope=row]')) say(`row ${nameOf(row)} has no header`);
        }
        return findings;
      }),
    );
  },
};

export const readSignsAsWords = {
  name: 'a cell that shows a sign is read out as a word, a withheld one as withheld',
  async find(page, { language }) {
    const shown = await page.locator('td, th').evaluateAll((cells) =>
      cells.map((cell) => ({
        name: nameOf(cell.closest('tr')),
        isEmpty: !cell.textContent.trim(),
        isWithheld: cell.classList.contains('withheld'),
      })),
    );
    const heard = await readOut(page, 'td, th');
    return shown.flatMap((cell, place) => {
      const { role, text } = heard[place];
      if (!['cell', 'gridcell', 'columnheader', 'rowheader'].includes(role)) {
        return [`${cell.name}: a cell is announced as ${role}`];
      }
      if (cell.isWithheld && text !== SPOKEN[language]) return [`${cell.name}: withheld is read "${text}"`];
      if (!cell.isEmpty && !/[\p{L}\p{N}]/u.test(text)) return [`${cell.name}: a sign is read "${text}"`];
      return [];
    });
  },
};

export const scrollInARegion = {
  name: 'what moves sideways is a named region that the keyboard reaches',
  async find(page) {
    return page.evaluate(() =>
      [...document.body.querySelectorAll('*')]
        .filter((element) => element.scrollWidth > element.clientWidth)
        .filter((element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX))
        .flatMap((element) => {
          const labels = (element.getAttribute('aria-labelledby') ?? '').split(' ');
          const words = labels.map((id) => document.getElementById(id)?.textContent ?? '');
          const name = element.ariaLabel ?? words.join(' ').trim();
          const findings = [];
          if (element.tabIndex !== 0) findings.push(`${nameOf(element)} moves sideways without a tabindex of 0`);
          if (element.getAttribute('role') !== 'region' || !name) {
            findings.push(`${nameOf(element)} moves sideways and is no named region`);
          }
          return findings;
        }),
    );
  },
};

// What a screen reader says for each element of a selector, in the order of the page.
async function readOut(page, selector) {
  const session = await page.context().newCDPSession(page);
  const { root } = await session.send('DOM.getDocument', { depth: 0 });
  const { nodeIds } = await session.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector });
  const heard = [];
  for (const nodeId of nodeIds) {
    const { nodes } = await session.send('Accessibility.getPartialAXTree', { nodeId, fetchRelatives: false });
    heard.push({ role: nodes[0].role?.value ?? 'nothing', text: nodes[0].name?.value ?? '' });
  }
  return heard;
}
