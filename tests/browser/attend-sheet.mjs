import { chromium } from 'playwright-core'; import fs from 'fs';
const [out,h,...files]=process.argv.slice(2);
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--headless','--no-sandbox','--disable-gpu','--allow-file-access-from-files']});
const p=await b.newPage({viewport:{width:1600,height:900}});
const html='<body style="margin:0;display:flex;gap:4px;background:red;align-items:start">'+files.map(f=>`<div style="max-height:${h}px;overflow:hidden;flex:none"><img src="data:image/png;base64,${fs.readFileSync('/tmp/attend-shots/'+f+'.png').toString('base64')}"></div>`).join('')+'</body>';
await p.setContent(html); const w=await p.evaluate(()=>document.body.scrollWidth);
await p.setViewportSize({width:w,height:Number(h)}); await p.screenshot({path:out}); await b.close();
