import { chromium } from 'playwright-core';
import AxeBuilder from '@axe-core/playwright';
const B='http://localhost:7502';
const [,, who, langs, widths, ...paths] = process.argv;
const browser = await chromium.launch({ executablePath:'/usr/bin/chromium', args:['--headless','--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync']});
for (const lang of langs.split(',')) {
  const ctx = await browser.newContext({ locale: lang });
  const page = await ctx.newPage();
  page.on('console', m => { if (['error','warning'].includes(m.type())) console.log('console', m.text()); });
  await page.goto(B+'/sign-in'); await page.fill('#code', who); await page.fill('#password','neun schulen ein fluss'); await page.click('form.form button');
  for (const p of paths) {
    const [path, name] = p.includes('=>') ? p.split('=>') : [p, p.replace(/[^a-zA-Z0-9]+/g,'_')];
    for (const w of widths.split(',')) {
      await page.setViewportSize({ width: +w, height: 1000 });
      const a = await page.goto(B+path);
      if (a.status() >= 400) console.log(path, a.status());
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) console.log(path, w, 'overflow', over);
      await page.screenshot({ path: `/tmp/family-pics/${name}-${lang}-${w}.png`, fullPage: process.env.FULL==='1' });
      if (w === widths.split(',')[0]) {
        await page.evaluate(() => document.querySelectorAll('main details').forEach(d => d.open = true));
        const r = await new AxeBuilder({ page }).withTags(['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']).analyze();
        for (const v of r.violations) console.log(path, lang, v.id, v.nodes.length, v.nodes[0].html.slice(0,200), v.nodes[0].failureSummary.slice(0,300));
      }
    }
  }
  await ctx.close();
}
await browser.close();
