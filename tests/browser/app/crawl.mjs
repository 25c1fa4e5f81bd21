// Finds every page that somebody can reach by links, one of each shape.

// The shape of an address: `/pupils/P0272` and `/pupils/P0343` are the same page about two children.
export function shape(pathname) {
  const isName = (part) => /\d|^[0-9a-f-]{20,}$/.test(part);
  return pathname.split('/').map((part) => (isName(part) ? '*' : part)).join('/');
}

// Addresses that give a file, end something, or are not pages.
const ASIDE = [/^\/assets\//, /^\/language/, /\/file[./]/, /^\/api\//, /\.(csv|json|xlsx|pdf|txt|pem|crt)$/, /download/];

// Goes through the pages from `/` on and calls `look` with each shape once; `seen` is shared by those
// who look one after the other. Gives the shapes that this person reached.
export async function crawl(page, address, seen, look, most = 400) {
  const waiting = ['/'];
  const reached = new Set();
  while (waiting.length && reached.size < most) {
    const next = waiting.shift();
    const name = shape(new URL(next, address).pathname);
    if (reached.has(name)) continue;
    reached.add(name);
    const answer = await page.goto(new URL(next, address).href);
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    if (!seen.has(name)) {
      seen.add(name);
      await look(name, answer);
    }
    const links = await page.locator('a[href]').evaluateAll((found) => found.map((link) => link.href));
    for (const link of links) {
      const url = new URL(link);
      if (url.origin !== address || ASIDE.some((aside) => aside.test(url.pathname))) continue;
      if (!reached.has(shape(url.pathname))) waiting.push(url.pathname + url.search);
    }
  }
  return reached;
}
