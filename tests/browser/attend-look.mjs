import { chromium } from 'playwright-core';
import AxeBuilder from '@axe-core/playwright';
const base='http://localhost:7503';
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:'--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(' ')});
const list = JSON.parse(process.argv[2]); // [{who, pages:[[name,url]]}]
const widths = (process.argv[3]||'820').split(',').map(Number);
const lang = process.argv[4]||'de';
for (const {who,pages} of list){
  const ctx = await b.newContext({locale:lang, viewport:{width:820,height:1000}});
  const p = await ctx.newPage();
  p.on('console',m=>{if(m.type()==='error')console.log('CONSOLE',m.text())});
  await p.goto(base+'/sign-in'); await p.fill('#code',who); await p.fill('#password','neun schulen ein fluss'); await p.click('form.form button');
  await p.waitForLoadState();
  for (const [name,url] of pages){
    const r = await p.goto(base+url);
    console.log(who,name,r.status());
    if (r.status()>=400) console.log((await p.textContent('main')).trim().slice(0,300));
    for (const w of widths){
      await p.setViewportSize({width:w,height:1000});
      const over = await p.evaluate(()=>document.documentElement.scrollWidth-document.documentElement.clientWidth);
      if(over>0) console.log('  OVERFLOW',w,over);
      await p.screenshot({path:`/tmp/attend-shots/${name}-${lang}-${w}.png`,fullPage:true});
    }
    const axe = await new AxeBuilder({page:p}).withTags(['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']).analyze();
    for(const v of axe.violations) console.log('  AXE',v.id,v.nodes.length,v.nodes[0].html.slice(0,200), v.nodes[0].failureSummary.slice(0,200));
  }
  await ctx.close();
}
await b.close();
