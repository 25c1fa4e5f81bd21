// Comfort for the form of a contact: drafts while one types, a search while one types, keys. Without it
// the form does the same with its buttons.
"use strict";
(() => {
  const form = document.getElementById("contact");
  if (!form) return;
  const root = document.documentElement;
  root.classList.add("script");
  const byId = (id) => document.getElementById(id);
  const words = form.dataset;
  const keysAreOn = () => !document.cookie.split("; ").includes("tridem_keys=off");
  const body = (submitter) => {
    const data = new URLSearchParams(new FormData(form));
    if (submitter) data.set("do", submitter.value);
    return data;
  };

  // Drafts: two seconds after the last letter, and when the page is left.
  let timer = 0, isDirty = false, isSent = false, isTold = false;
  const keep = async () => {
    clearTimeout(timer);
    isDirty = false;
    const answer = await fetch("/contacts/draft", { method: "POST", body: body(), redirect: "manual" });
    if (answer.status === 401) throw new Error("session");
    if (!answer.ok) throw new Error("refused");
    history.replaceState(null, "", "/contacts/new?draft=" + encodeURIComponent(form.elements.submission.value));
    const time = new Date().toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit" });
    // Said aloud once, then only written: nobody wants to hear it every few seconds.
    const said = byId("draft-said");
    if (isTold) said.removeAttribute("role");
    isTold = true;
    said.textContent = words.kept.replace("…", time);
    trouble("");
  };
  const changed = () => {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => keep().catch((error) => {
      isDirty = true;
      if (error.message === "session") trouble(words.over, true);
    }), 2000);
  };
  form.addEventListener("input", changed);
  addEventListener("pagehide", () => {
    if (isDirty && !isSent) navigator.sendBeacon("/contacts/draft", body());
  });
  const trouble = (text, isSession) => {
    byId("trouble").hidden = text === "";
    byId("trouble-text").textContent = text;
    byId("trouble-sign-in").hidden = !isSession;
  };

  // What is sent is kept first: where that fails, nothing was lost and the form stays.
  form.addEventListener("submit", async (event) => {
    if (isSent) { event.preventDefault(); return; }
    const submitter = event.submitter;
    event.preventDefault();
    if (submitter && submitter.value === "search") { find(); return; }
    isSent = true;
    try {
      await keep();
    } catch (error) {
      isSent = false;
      isDirty = true;
      const isSession = error.message === "session";
      trouble(isSession ? words.over : words.offline + " " + words.again, isSession);
      byId("trouble").focus();
      return;
    }
    const wish = document.createElement("input");
    wish.type = "hidden";
    wish.name = "do";
    wish.value = submitter ? submitter.value : "save";
    form.append(wish);
    form.submit();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) isSent = false; });
  const press = (button) => form.requestSubmit(button);

  // Search while one types.
  const finder = byId("find"), people = byId("people"), said = byId("find-said");
  let search = 0, asked = "";
  const find = async () => {
    const text = finder.value.trim();
    if (text === asked) return;
    asked = text;
    people.querySelectorAll("[data-found]").forEach((chip) => {
      if (chip.querySelector(":checked")) chip.removeAttribute("data-found"); else chip.remove();
    });
    people.querySelectorAll("[data-hit]").forEach((chip) => chip.removeAttribute("data-hit"));
    said.textContent = "";
    if (text.length < 2) return;
    const hits = [];
    const school = form.elements.school ? form.elements.school.value : "";
    const query = new URLSearchParams({ q: text, school });
    let found;
    try {
      const answer = await fetch("/contacts/people?" + query, { headers: { accept: "application/json" } });
      found = (await answer.json()).people;
    } catch { said.textContent = words.offline; return; }
    if (finder.value.trim() !== text) return;
    const before = people.lastElementChild;
    for (const person of found) {
      const known = [...people.querySelectorAll("input[name=who]")].find((box) => box.value === person.value);
      if (known) {
        known.closest(".c-chip").dataset.hit = "";
        hits.push(person.name);
        continue;
      }
      const chip = document.createElement("label"), box = document.createElement("input"), name = document.createElement("span");
      chip.className = "c-chip";
      chip.dataset.found = "";
      box.type = "checkbox";
      box.name = "who";
      box.value = person.value;
      name.textContent = person.name + " ";
      if (person.detail) { const small = document.createElement("small"); small.textContent = person.detail; name.append(small); }
      chip.append(box, name);
      people.insertBefore(chip, before);
    }
    said.textContent = found.length === 0 ? words.none : hits.length ? words.known.replace("…", hits.join(", ")) : "";
  };
  finder.addEventListener("input", () => { clearTimeout(search); search = setTimeout(find, 180); });
  people.addEventListener("change", (event) => {
    if (event.target.closest("[data-found]") && event.target.checked) {
      finder.value = "";
      find();
      finder.focus();
    }
  });

  // What follows from what is chosen.
  const kind = byId("kind"), usual = byId("usual");
  kind.addEventListener("change", () => {
    const minutes = kind.selectedOptions[0].dataset.minutes;
    if (minutes) usual.textContent = minutes + " " + usual.dataset.words;
  });
  let isProposed = false;
  const next = (value) => form.querySelector(`input[name=next][value="${value}"]`);
  const follow = () => {
    const result = new FormData(form).get("result");
    const isOff = result === "not-reached" || result === "postponed";
    form.querySelectorAll(".c-reached-only").forEach((part) => { part.hidden = isOff; });
    const day = byId("next_day");
    if (result === "not-reached" && !form.querySelector("input[name=next]:checked") && words.step) {
      next("date").checked = true;
      day.value = words.step;
      isProposed = true;
    } else if (result !== "not-reached" && isProposed) {
      next("date").checked = false;
      day.value = "";
      isProposed = false;
    }
  };
  byId("result").addEventListener("change", follow);
  follow();
  byId("next").addEventListener("change", (event) => { if (event.target.type === "radio") isProposed = false; });
  byId("next_day").addEventListener("input", () => { next("date").checked = true; isProposed = false; });
  byId("other_minutes").addEventListener("input", () => { byId("minutes-other").checked = true; });
  const school = byId("school");
  if (school.tagName === "SELECT") {
    school.addEventListener("change", () => press(form.querySelector("button[value=school]")));
  }

  // Days in short: the server reads the same.
  const two = (number) => String(number).padStart(2, "0");
  const days = { mo: 1, di: 2, tu: 2, mi: 3, we: 3, do: 4, th: 4, fr: 5, sa: 6, so: 0, su: 0 };
  form.querySelectorAll("[data-day]").forEach((field) => field.addEventListener("change", () => {
    const text = field.value.trim().toLowerCase(), isPast = field.dataset.day === "past";
    const fixed = { h: 0, heute: 0, t: 0, today: 0, g: -1, gestern: -1, y: -1, yesterday: -1, v: -2, m: 1, morgen: 1, tomorrow: 1 };
    let plus = fixed[text];
    if (plus === undefined && /^[+-]\d{1,3}$/.test(text)) plus = Number(text);
    if (plus === undefined && /^[a-z]{2,}$/.test(text) && days[text.slice(0, 2)] !== undefined) {
      const back = (new Date().getDay() - days[text.slice(0, 2)] + 7) % 7;
      plus = isPast ? -back : 7 - back;
    }
    if (plus === undefined) return;
    const day = new Date();
    day.setDate(day.getDate() + plus);
    const parts = [day.getFullYear(), two(day.getMonth() + 1), two(day.getDate())];
    field.value = root.lang === "de" ? parts.reverse().join(".") : parts.join("-");
  }));

  // Keys.
  const fields = () => [...form.querySelectorAll(".c-field, #save")].filter((part) => !part.hidden && part.offsetParent);
  const first = (part) => part.id === "save" ? part
    : part.querySelector(part.matches("details") ? "summary" : "input:checked, select") || part.querySelector("input:not([type=hidden])");
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      press(byId(event.shiftKey ? "save-next" : "save"));
      return;
    }
    const target = event.target;
    const isTyped = target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
    if (event.key === "Enter" && form.contains(target) && target.matches("input, select")) {
      event.preventDefault();
      if (target === finder) {
        const found = people.querySelector("[data-hit] input, [data-found] input");
        if (found) {
          found.checked = true;
          found.dispatchEvent(new Event("input", { bubbles: true }));
          finder.value = "";
          find();
          return;
        }
        if (finder.value.trim() !== "") { find(); return; }
      }
      const inner = target.closest(".c-inner");
      const list = inner ? [...inner.querySelectorAll("input:not([type=hidden]), select, textarea")] : fields();
      const place = inner ? list.indexOf(target) : list.indexOf(target.closest(".c-field"));
      const to = list[place + 1];
      if (to) (inner ? to : first(to)).focus(); else byId("save").focus();
      return;
    }
    if (isTyped || event.ctrlKey || event.altKey || event.metaKey || !keysAreOn()) return;
    if (/^[1-9]$/.test(event.key)) {
      const chip = form.querySelector(`input[data-digit="${event.key}"]`);
      if (chip && chip.offsetParent) { event.preventDefault(); chip.click(); }
    }
  });

  // Where one goes on: at what is wrong, or at the first field.
  const wrong = byId("mistakes") || byId("words");
  if (wrong) wrong.focus(); else if (!location.hash) (people.querySelector("input") || finder).focus({ preventScroll: true });
})();
