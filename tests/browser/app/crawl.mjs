// Finds every page that somebody can reach by links, one of each shape.

// The shape of an address: `/pupils/P0272` and `/pupils/P0343` are the same page about two children, and
// the kinds of records share theirs. What stands behind the `?` fills in a page and makes no other.
export function shape({ pathname }) {
  const [, first, second] = pathname.split('/');
  const isName = (part) => /\d|^[0-9a-f-]{20,}$|^org\.|^[A-Z]{2,}$/.test(part) || (first === 'records' && part === second);
  return pathname.split('/').map((part) => (isName(part) ? '*' : part)).join('/');
}

// Addresses that give a file, end something, or are not pages.
const ASIDE = [/^\/assets\//, /^\/sign-in/, /^\/language/, /\/file[./]/, /^\/api\//, /\.(csv|json|xlsx|pdf|txt|pem|crt|svg)$/];

// Goes through the pages from `/` on and calls `look` with one address of each shape and the answer.
export async function crawl(page, address, look, most = 400) {
  const waiting = ['/'];
  const reached = new Set();
  while (waiting.length && reached.size < most) {
    const url = new URL(waiting.shift(), address);
    const name = shape(url);
    if (reached.has(name)) continue;
    reached.add(name);
    const answer = await page.goto(url.href);
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    const links = await page.locator('a[href]').evaluateAll((found) =>
      found.filter((link) => !link.hasAttribute('download')).map((link) => link.href),
    );
    await look(name, url, answer);
    for (const link of links) {
      const next = new URL(link);
      if (next.origin !== address || ASIDE.some((aside) => aside.test(next.pathname))) continue;
      if (!reached.has(shape(next))) waiting.push(next.pathname + next.search);
    }
  }
  return reached;
}
