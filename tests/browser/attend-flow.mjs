import { chromium } from 'playwright-core';
import AxeBuilder from '@axe-core/playwright';
import fs from 'fs';
const base='http://localhost:7503';
const b = await chromium.launch({executablePath:'/usr/bin/chromium',args:['--headless','--no-sandbox','--disable-gpu']});
async function as(who, js=true){const ctx=await b.newContext({locale:'de',viewport:{width:820,height:1000},javaScriptEnabled:js});const p=await ctx.newPage();p.on('console',m=>{if(m.type()==='error')console.log('CONSOLE',m.text())});
 await p.goto(base+'/sign-in');await p.fill('#code',who);await p.fill('#password','neun schulen ein fluss');await p.click('form.form button');await p.waitForLoadState();return p;}
const main=async(p,n=400)=>(await p.textContent('main')).replace(/\s+/g,' ').trim().slice(0,n);
const axe=async(p,n)=>{await p.screenshot({path:`/tmp/attend-shots/${n}-de-820.png`,fullPage:true}); if(!js0)return; const a=await new AxeBuilder({page:p}).withTags(['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']).analyze();for(const v of a.violations)console.log('  AXE',n,v.id,v.nodes[0].html.slice(0,200))};
let js0=true;
const day='2026-06-24', url='/attendance/990011/3b?day='+day;
const p=await as('lk01'), q=await as('bm01',false);
await p.goto(base+url); await q.goto(base+url);
console.log('before', await p.textContent('.att-status'));
// mistake: late without minutes
await p.locator('.att-row').nth(2).locator('.att-mark--late input').check({force:true});
console.log('count', await p.textContent('[data-count]'));
await p.click('[data-save]'); await p.waitForLoadState(); console.log('mistake', p.url(), await p.textContent('#mistakes')); await axe(p,'grid-mistake');
await p.locator('.att-row').nth(2).locator('.att-amount input').fill('12');
await p.locator('.att-row').nth(3).locator('.att-mark--excused input').check({force:true});
await p.click('[data-save]'); await p.waitForLoadState(); console.log('saved', (await main(p,300))); await axe(p,'grid-saved');
// second person with an old form and no JS
await q.locator('.att-row').nth(3).locator('.att-mark--unexcused input').check({force:true});
await q.click('[data-save]'); await q.waitForLoadState(); console.log('changed', await main(q,500)); 
await q.screenshot({path:'/tmp/attend-shots/grid-changed-de-820.png',fullPage:true});
await q.click('[data-save]'); await q.waitForLoadState(); console.log('second save', await main(q,160));
// set all without JS
await q.selectOption('#all','on-leave'); await q.click('button[name=set_all]'); await q.waitForLoadState(); console.log('set all', (await main(q,330)), await q.locator('.att-mark--on-leave input:checked').count());
// next day shows signs and gap
await p.goto(base+'/attendance/990011/3b?day=2026-06-29'); console.log('next', (await p.locator('.att-row').nth(3).locator('.att-before').innerText()).replace(/\n/g,' '), '| gaps:', await p.locator('.att-gaps').allInnerTexts());
await p.click('[data-save]'); await p.waitForLoadState(); console.log(await main(p,200));
await p.goto(base+'/attendance/990011/3b?day=2026-06-26'); console.log('skipped', await p.textContent('.att-status'));
await p.goto(base+'/attendance?day=2026-06-24'); console.log('classes', (await p.locator('.att-class--taken').allInnerTexts()));
await p.goto(base+'/attendance/990012/1a?day=2026-06-24'); console.log('foreign', (await main(p,150)));
// open
await p.goto(base+'/attendance/990011/open'); await p.locator('.att-row').nth(0).locator('.att-mark--excused input').check({force:true}); await p.click('.att-save button'); await p.waitForLoadState(); console.log('open', await main(p,220));
// imports
const k=await as('ko01');
await k.goto(base+'/imports');
fs.mkdirSync('/tmp/attend-up',{recursive:true});
fs.writeFileSync('/tmp/attend-up/<img src=x onerror=alert(1)>.csv','pupil,day,status,unit,amount\nx,2026-06-11,open,,1\n');
await k.selectOption('#what','kind:absences'); await k.setInputFiles('#file','/tmp/attend-up/<img src=x onerror=alert(1)>.csv'); await k.click('form[data-upload] button[type=submit]'); await k.waitForLoadState();
console.log('preview bad', k.url(), await main(k,400)); await axe(k,'preview-bad');
const code=await (async()=>{await p.goto(base+url); const n=await p.locator('.att-row input[type=radio]').first().getAttribute('name'); return n.slice(5)})();
fs.writeFileSync('/tmp/attend-up/gut.csv',`pupil,day,status,unit,amount\n${code},2026-06-11,open,,1\n`);
await k.goto(base+'/imports'); await k.selectOption('#what','kind:absences'); await k.setInputFiles('#file','/tmp/attend-up/gut.csv'); await k.click('form[data-upload] button[type=submit]'); await k.waitForLoadState();
console.log('preview good', await main(k,400)); await axe(k,'preview-good');
await k.click('.att-decide form:first-child button'); await k.waitForLoadState(); console.log('done', await main(k,200));
// undo
await k.locator('.att-imports li').first().locator('summary').click(); await k.locator('.att-imports li').first().locator('input').fill('falsche Datei'); await k.locator('.att-imports li').first().locator('button').click(); await k.waitForLoadState(); console.log('undo', await main(k,160), await k.locator('.att-imports li').first().innerText());
// webuntis
const wu='Schüler*innen\tExterne Id\tKlasse\tDatum\tWochentag\tFehlstd.\tFehlmin.\tAbwesenheitsgrund\tText\tErledigt\tAbwesenheit zählt\tEntschuldigungstext\tStatus\tFehltage\nNiemand Kennt\t4711\t3b\t11.06.26\tDo\t2\t0\tkrank\t\tja\tja\t\toffen\t0\n';
fs.writeFileSync('/tmp/attend-up/AbsencePerStudent.csv',wu);
await k.goto(base+'/imports'); await k.selectOption('#what','source:webuntis'); await k.setInputFiles('#file','/tmp/attend-up/AbsencePerStudent.csv'); await k.click('form[data-upload] button[type=submit]'); await k.waitForLoadState(); console.log('webuntis', await main(k,900)); await axe(k,'preview-webuntis');
if(await k.locator('.att-decide form').count()>1){await k.click('.att-decide form:first-child button'); await k.waitForLoadState(); console.log(await main(k,200));
await k.goto(base+'/imports/queue'); await axe(k,'queue-full'); await k.locator('td a').first().click(); await k.waitForLoadState(); console.log('row', await main(k,400)); await axe(k,'row'); await k.selectOption('#pupil',{index:1}); await k.click('form:has(#pupil) button'); await k.waitForLoadState(); console.log('decided', k.url(), await main(k,300));
if(await k.locator('#reason').count()){await k.fill('#reason','unbekannt'); await k.click('form:has(#reason) button'); await k.waitForLoadState(); console.log('skipped', await main(k,200));}}
// too large
fs.writeFileSync('/tmp/attend-up/gross.csv', Buffer.alloc(21*1024*1024,97));
const n=await as('ko01',false); await n.goto(base+'/imports'); await n.selectOption('#what','kind:absences'); await n.setInputFiles('#file','/tmp/attend-up/gross.csv'); await n.click('form[data-upload] button[type=submit]'); await n.waitForLoadState(); console.log('large', (await main(n,250)));
// admin forms
await k.goto(base+'/schools/990011'); await k.locator('summary',{hasText:'Freien Tag'}).click(); await k.fill('#days-off-day','2026-12-01'); await k.fill('#days-off-reason','Pädagogischer Tag'); await k.locator('form[action$="/days-off"] button').click(); await k.waitForLoadState(); console.log('dayoff', await main(k,60));
await k.locator('summary',{hasText:'Schülerzahl eintragen'}).click(); await k.fill('#enrolments-school_year','2026'); await k.fill('#enrolments-pupils','12'); await k.locator('form[action$="/enrolments"] button').click(); await k.waitForLoadState(); console.log('enrol bad', await k.textContent('#mistakes')); await axe(k,'school-mistake');
await k.goto(base+'/staff/new'); await k.fill('#person-name','Neue Person'); await k.fill('#person-code','NP01'); await k.selectOption('#person-role','teacher'); await k.click('main form button'); await k.waitForLoadState(); console.log('person', k.url(), await main(k,100));
await k.locator('summary',{hasText:'Einer Schule'}).click(); await k.selectOption('#assign-school','990011'); await k.fill('#assign-weekly_hours','12,5'); await k.fill('#assign-from','2026-08-01'); await k.locator('form[action$="/assign"] button').click(); await k.waitForLoadState(); console.log('assign', await main(k,240));
await k.locator('summary',{hasText:'Zuweisung beenden'}).click(); await k.fill('input[name=last]','2026-07-01'); await k.locator('form[action$="/end"] button').click(); await k.waitForLoadState(); console.log('end bad', await k.textContent('#mistakes'));
await k.fill('input[name=last]','2026-11-30'); await k.locator('form[action$="/end"] button').click(); await k.waitForLoadState(); console.log('end', await main(k,240));
await k.goto(base+'/staff/teams'); await k.selectOption('#team-school','990011'); await k.fill('#team-from','2026-11-01'); await k.check('input[value=BM01]'); await k.click('main form button'); await k.waitForLoadState(); console.log('team bad', await k.textContent('#mistakes')); await k.check('input[value=LK01]'); await k.click('main form button'); await k.waitForLoadState(); console.log('team', k.url(), await main(k,60));
await k.goto(base+'/codes?list=topic'); await k.fill('#code-de','Schulgarten'); await k.fill('#code-en','school garden'); await k.fill('#code-code','school garden'); await k.click('form[action="/codes"][method=post] button'); await k.waitForLoadState(); console.log('code bad', await k.textContent('#mistakes')); await k.fill('#code-code','school-garden'); await k.click('form[action="/codes"][method=post] button'); await k.waitForLoadState(); console.log('code', k.url(), await main(k,50));
await k.goto(base+'/schools/calendar'); await k.selectOption('#land','NI'); await k.click('main form button'); await k.waitForLoadState(); console.log('cal', await main(k,120)); await k.selectOption('#land','NW'); await k.click('main form button');
await b.close();
