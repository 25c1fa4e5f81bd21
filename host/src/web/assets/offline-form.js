// The form for a contact without a network.
"use strict";

(() => {
  const page = document.getElementById("offline-page");
  const form = document.getElementById("offline-form");
  const words = page.dataset;
  const isGerman = document.documentElement.lang === "de";
  const field = (name) => form.elements[name];
  const word = (code) => (isGerman ? code.de : code.en);
  const chosen = new Set();
  let lists = null;
  // The refused contact that is being changed.
  let edited = null;

  const make = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });
  const two = (number) => String(number).padStart(2, "0");
  const today = (now = new Date()) => `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const clock = (now = new Date()) => `${two(now.getHours())}:${two(now.getMinutes())}`;

  function say(text, isTrouble = false) {
    const said = document.getElementById("offline-said");
    said.textContent = text;
    said.classList.toggle("offline-trouble", isTrouble);
  }

  function options(select, codes, value) {
    select.replaceChildren(...codes.map((code) => make("option", word(code), { value: code.code })));
    if (value) select.value = value;
  }

  function tick(name, value, text, isOn) {
    const label = make("label", "", { className: "c-chip" });
    label.append(make("input", "", { type: "checkbox", name, value, checked: isOn }), make("span", text));
    return label;
  }

  // --- Who ----------------------------------------------------------------------------------------
  function showPupils() {
    const wanted = field("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const says = (pupil) => `${pupil.initials.replace(/[.\s]/g, "")} ${pupil.class} ${pupil.code}`.toLowerCase();
    const ofSchool = lists.pupils.filter((pupil) => pupil.school === field("school").value || chosen.has(pupil.code));
    const fits = (pupil) => chosen.has(pupil.code) || wanted.every((part) => says(pupil).includes(part));
    const shown = ofSchool.filter(fits).sort((left, right) => chosen.has(right.code) - chosen.has(left.code)).slice(0, 24);
    const rows = shown.map((pupil) => tick("pupil", pupil.code, [pupil.initials, pupil.class, pupil.code].filter(Boolean).join(" · "), chosen.has(pupil.code)));
    document.getElementById("offline-people").replaceChildren(...(rows.length ? rows : [make("p", words.none, { className: "kern-body" })]));
  }

  function fill(entry) {
    field("school").value = entry.school ?? lists.school ?? lists.schools[0]?.number ?? "";
    field("kind").value = entry.kind ?? lists.kind ?? lists.kinds[0]?.code ?? "";
    field("result").value = entry.result ?? "reached";
    field("minutes").value = entry.minutes ?? usual();
    field("day").value = entry.day ?? today();
    field("time").value = entry.time ?? clock();
    field("next_due").value = entry.next_due ?? "";
    field("next_step").value = entry.next_step ?? "";
    field("shared_note").value = entry.shared_note ?? "";
    field("find").value = "";
    const known = new Set(lists.pupils.map((pupil) => pupil.code));
    chosen.clear();
    for (const code of entry.pupils ?? []) if (known.has(code)) chosen.add(code);
    field("more").value = entry.more ?? (entry.pupils ?? []).filter((code) => !known.has(code)).join(", ");
    for (const box of form.querySelectorAll("[name=topic]")) box.checked = (entry.topics ?? []).includes(box.value);
    showPupils();
  }

  const usual = () => lists.kinds.find((kind) => kind.code === field("kind").value)?.minutes ?? 30;
  const topics = () => [...form.querySelectorAll("[name=topic]:checked")].map((box) => box.value);

  function entry() {
    return {
      school: field("school").value, kind: field("kind").value, result: field("result").value,
      minutes: Number(field("minutes").value) || 0, day: field("day").value, time: field("time").value,
      pupils: [...chosen], topics: topics(), next_due: field("next_due").value,
      next_step: field("next_step").value.trim(), shared_note: field("shared_note").value.trim(), more: field("more").value,
    };
  }

  // As the server takes it: what is empty is left out.
  function contact() {
    const { more, ...typed } = entry();
    typed.pupils.push(...more.split(/[,;\s]+/).filter((code) => code && !typed.pupils.includes(code)));
    return Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ""));
  }

  // --- What is on the device ----------------------------------------------------------------------
  async function show() {
    const all = await tridemOffline.items();
    const count = (test) => all.filter(test).length;
    const mine = all.filter((item) => item.isMine);
    // The session may have ended while the page was open.
    const isOpen = Boolean(await tridemOffline.key());
    const parts = [
      tridemOffline.reached() ?? navigator.onLine ? words.online : words.offline,
      count((item) => item.isMine && item.state === "waiting") && words.waiting.replace("{}", count((item) => item.isMine && item.state === "waiting")),
      tridemOffline.sent() && words.sent.replace("{}", tridemOffline.sent()),
      count((item) => item.isMine && item.state === "refused") && words.refused.replace("{}", count((item) => item.isMine && item.state === "refused")),
      count((item) => !item.isMine) && isOpen && words.others.replace("{}", count((item) => !item.isMine)),
      all.length === 0 && words.nothing,
    ];
    const status = parts.filter(Boolean).join(" · ");
    // What was said of a contact that has gone since would not be true any more.
    const said = document.getElementById("offline-said");
    if (said.textContent === words.saved && !mine.some((item) => item.state === "waiting")) said.textContent = "";
    const place = document.getElementById("offline-status");
    if (place.textContent !== status) place.textContent = status;
    document.getElementById("offline-queue").replaceChildren(...mine.filter((item) => item.contact).map(row));
    document.getElementById("offline-send").hidden = !mine.some((item) => item.state === "waiting");
    document.getElementById("offline-locked").hidden = isOpen || all.length === 0;
  }

  function row(item) {
    const found = (codes, code) => codes?.find((known) => known.code === code);
    const { contact: said } = item;
    const line = make("li", "");
    const school = lists?.schools.find((known) => known.number === said.school)?.name ?? said.school;
    const kind = found(lists?.kinds, said.kind);
    line.append(make("span", [said.day, said.time, kind ? word(kind) : said.kind, school, said.pupils.join(", ")].filter(Boolean).join(" · ")), make("strong", item.state === "refused" ? words.stateRefused : words.stateWaiting));
    if (item.state !== "refused") return line;
    line.append(make("p", item.reason, { className: "kern-body" }));
    const button = (text, act) => {
      const made = make("button", "", { type: "button", className: "kern-btn kern-btn--secondary", onclick: act });
      made.append(make("span", text, { className: "kern-label" }));
      return made;
    };
    line.append(
      button(words.edit, () => { edited = item.id; fill(said); form.scrollIntoView(); field("school").focus(); }),
      button(words.discard, () => confirm(words.discardSure) && tridemOffline.discard(item.id)),
    );
    return line;
  }

  // --- Typing and saving --------------------------------------------------------------------------
  let pause = null;
  form.addEventListener("input", (event) => {
    if (event.target.name === "find" || event.target.name === "school") showPupils();
    if (event.target.name === "pupil") event.target.checked ? chosen.add(event.target.value) : chosen.delete(event.target.value);
    if (event.target.name === "kind") field("minutes").value = usual();
    clearTimeout(pause);
    pause = setTimeout(() => tridemOffline.keepDraft({ ...entry(), edited }).catch(() => {}), 500);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(pause);
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      const made = contact();
      await tridemOffline.enqueue(made, edited);
      edited = null;
      // What is sticky, and never a person or a note.
      fill({ school: made.school, kind: made.kind, topics: made.topics });
      say(words.saved);
    } catch {
      say(await tridemOffline.key() ? words.notSaved : words.notReady, true);
    } finally {
      button.disabled = false;
    }
  });

  document.getElementById("offline-send").addEventListener("click", () => tridemOffline.send());
  tridemOffline.listen(show);
  window.addEventListener("offline", () => tridemOffline.send());

  (async () => {
    await tridemOffline.begun;
    if (!window.isSecureContext || !window.indexedDB) { say(words.cannot, true); return; }
    try { lists = await tridemOffline.lists(); } catch { say(words.cannot, true); return; }
    if (!lists) { say(words.notReady, true); await show(); return; }
    field("school").replaceChildren(...lists.schools.map((school) => make("option", school.name, { value: school.number })));
    options(field("kind"), lists.kinds, lists.kind);
    options(field("result"), lists.results, "reached");
    document.getElementById("offline-topics").replaceChildren(...lists.topics.map((topic) => tick("topic", topic.code, word(topic), false)));
    const kept = await tridemOffline.draft();
    edited = kept?.edited ?? null;
    fill(kept ?? {});
    form.hidden = false;
    if (kept) say(words.restored);
    await show();
  })();
})();
