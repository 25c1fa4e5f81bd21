// A picture says in words what it shows, and names the table that has its figures.

export const haveWordsAndATable = {
  name: 'every picture has a title, a description and a table with its figures',
  async find(page) {
    return page.locator('svg:not(svg svg)').evaluateAll((pictures) =>
      pictures.flatMap((picture) => {
        if (picture.closest('[aria-hidden=true]')) return [];
        const findings = [];
        const say = (text) => findings.push(`${nameOf(picture)}: ${text}`);
        if (picture.getAttribute('role') !== 'img') say('a picture is role=img or hidden from screen readers');
        if (!picture.querySelector(':scope > title')?.textContent.trim()) say('no title');
        if (!picture.querySelector(':scope > desc')?.textContent.trim()) say('no description');
        // The table is named by the picture (aria-details, aria-describedby) or linked from its figure.
        const frame = picture.closest('figure') ?? picture;
        const named = ['aria-details', 'aria-describedby']
          .flatMap((attribute) => [picture, frame].map((element) => element.getAttribute(attribute) ?? ''))
          .flatMap((ids) => ids.split(/\s+/));
        const linked = [...frame.querySelectorAll('a[href^="#"]')].map((link) => link.getAttribute('href').slice(1));
        // An id inside the table (its caption), or around this one table alone.
        const isTable = (element) => element?.closest('table') || element?.querySelectorAll('table').length === 1;
        const tables = [...named, ...linked].filter((id) => isTable(document.getElementById(id)));
        if (tables.length === 0) say('no table with its figures');
        return findings;
      }),
    );
  },
};
