// Keeps on this device what it takes to record a contact without a network, all of it encrypted, and
// sends what is waiting. Comfort only: every page with a network works without it.
"use strict";

const tridemOffline = (() => {
  const { records, who, waiting: waitingWords, sure } = document.currentScript.dataset;
  const language = document.documentElement.lang;
  const listeners = [];
  let opened = null;
  let sent = 0;
  // Whether the server answered the last time it was asked; null as long as it was not.
  let reached = null;

  // Asks the server, and remembers whether it answered.
  async function reach(address, more = {}) {
    try {
      const answer = await fetch(address, { cache: "no-store", ...more, signal: AbortSignal.timeout?.(30_000) });
      reached = true;
      return answer;
    } catch (trouble) {
      reached = false;
      throw trouble;
    }
  }

  // --- What the browser keeps ---------------------------------------------------------------------
  function open() {
    opened ??= new Promise((resolve, reject) => {
      const opening = indexedDB.open("tridem", 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("settings");
        opening.result.createObjectStore("queue", { keyPath: "id" });
      };
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        // Signing out in another window deletes everything.
        opening.result.onversionchange = () => { opening.result.close(); opened = null; };
        resolve(opening.result);
      };
    });
    opened.catch(() => { opened = null; });
    return opened;
  }

  async function ask(mode, act) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const work = database.transaction(["settings", "queue"], mode, { durability: "strict" });
      const asked = act(work.objectStore("settings"), work.objectStore("queue"));
      work.oncomplete = () => resolve(asked?.result);
      work.onerror = work.onabort = () => reject(work.error);
    });
  }

  const setting = (name) => ask("readonly", (settings) => settings.get(name));
  const set = (name, value) => ask("readwrite", (settings) => settings.put(value, name));
  const queue = () => ask("readonly", (_, items) => items.getAll());

  // --- The key ------------------------------------------------------------------------------------
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const random = (length) => crypto.getRandomValues(new Uint8Array(length));
  const bytesOf = (text) => new TextEncoder().encode(text);

  async function device() {
    const known = await setting("device");
    if (known) return known;
    const made = hex(random(16));
    await set("device", made);
    return made;
  }

  // Whose key it is, without telling who that is.
  async function mark(code) {
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(`${await device()} ${code}`))));
  }

  async function forgetKey() {
    await ask("readwrite", (settings) => { settings.delete("key"); settings.delete("lists"); });
  }

  // The key that lies here, unless its time is over. Scripts can use it and cannot read it out.
  async function key() {
    const kept = await setting("key");
    if (!kept) return null;
    const now = Date.now() / 1000;
    if (now < kept.until && now > kept.since - 120) return kept;
    await forgetKey();
    return null;
  }

  // Asks the server for the key of whoever is signed in. `null`: nobody is. Throws without a network.
  async function fetchKey() {
    const answer = await reach(`/api/v1/offline/key?device=${await device()}`);
    if (answer.status === 401 || answer.status === 403) { await forgetKey(); return null; }
    if (!answer.ok) throw new Error(`${answer.status}`);
    const told = await answer.json();
    const bytes = Uint8Array.from(told.key.match(/../g), (digits) => parseInt(digits, 16));
    const made = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    bytes.fill(0);
    const kept = { key: made, owner: told.owner, until: told.until, since: Date.now() / 1000, mark: who ? await mark(who) : null };
    const before = await setting("key");
    if (!before || before.owner !== kept.owner) await forgetKey();
    await set("key", kept);
    return kept;
  }

  async function sealed(kept, about, value) {
    const iv = random(12);
    const how = { name: "AES-GCM", iv, additionalData: bytesOf(about) };
    return { owner: kept.owner, iv, data: await crypto.subtle.encrypt(how, kept.key, bytesOf(JSON.stringify(value))) };
  }

  async function unsealed(kept, about, found) {
    if (!found || !kept || found.owner !== kept.owner) return null;
    const how = { name: "AES-GCM", iv: found.iv, additionalData: bytesOf(about) };
    const bytes = await crypto.subtle.decrypt(how, kept.key, found.data);
    return JSON.parse(new TextDecoder().decode(bytes));
  }

  // --- Lists, drafts, and what is waiting ---------------------------------------------------------
  const HOURS = 3600 * 1000;

  async function lists() {
    const kept = await key();
    return kept && unsealed(kept, "lists", await setting("lists"));
  }

  async function fetchLists(kept) {
    const answer = await reach("/api/v1/offline/lists");
    if (answer.ok) await set("lists", { at: Date.now(), ...await sealed(kept, "lists", await answer.json()) });
  }

  async function keepDraft(value) {
    const kept = await key();
    if (kept) await set(draftOf(kept), await sealed(kept, "draft", value));
  }

  // Each person has their own: what one types does not take the place of what another has begun.
  const draftOf = (kept) => `draft ${kept.owner}`;

  async function draft() {
    const kept = await key();
    return kept && unsealed(kept, "draft", await setting(draftOf(kept))).catch(() => null);
  }

  // Puts a contact into the queue, in place of the refused one that it was made of. Throws where the
  // browser cannot keep it.
  async function enqueue(contact, inPlaceOf) {
    const kept = await key();
    if (!kept) throw new Error("no key");
    contact.submission = crypto.randomUUID();
    const id = contact.submission;
    const item = { id, state: "waiting", at: Date.now(), ...await sealed(kept, id, { contact }) };
    await ask("readwrite", (settings, items) => {
      items.put(item);
      if (inPlaceOf) items.delete(inPlaceOf);
      settings.delete(draftOf(kept));
    });
    navigator.storage?.persist?.();
    await changed();
    send();
  }

  async function discard(id) {
    await ask("readwrite", (_, items) => items.delete(id));
    await changed();
  }

  // What is waiting, with its content as far as it can be read, the oldest first.
  async function items() {
    const kept = await key();
    const found = (await queue()).sort((left, right) => left.at - right.at);
    const read = (item) => unsealed(kept, item.id, item).catch(() => null);
    return Promise.all(found.map(async (item) => ({ id: item.id, state: item.state, at: item.at, isMine: kept?.owner === item.owner, ...await read(item) })));
  }

  // --- Sending ------------------------------------------------------------------------------------
  function send() {
    // One window at a time. Two at once would do no harm: the server records each contact once.
    const work = navigator.locks
      ? navigator.locks.request("tridem-send", { ifAvailable: true }, (lock) => lock && sendAll())
      : sendAll();
    return work.catch(() => {}).then(changed);
  }

  async function sendAll() {
    if (!(await queue()).some((item) => item.state === "waiting")) {
      // The page says whether the server answers, and does not guess.
      if (listeners.length) await reach("/api/v1/health");
      return;
    }
    // Who is signed in now: nobody's contacts are sent as somebody else's.
    const kept = await fetchKey();
    if (!kept) return;
    const tried = new Set();
    // Looked for anew each time: another may have been saved meanwhile.
    const isNext = (item) => item.owner === kept.owner && item.state === "waiting" && !tried.has(item.id);
    for (let item; (item = (await queue()).find(isNext));) {
      tried.add(item.id);
      const { contact } = await unsealed(kept, item.id, item);
      const answer = await reach("/api/v1/contacts", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "accept-language": language,
          // Whoever signs in here between two requests does not send what is somebody else's.
          "tridem-offline": `${await device()} ${item.owner}`,
        },
        body: JSON.stringify(contact),
      });
      if (answer.ok) {
        await ask("readwrite", (_, waiting) => waiting.delete(item.id));
        sent += 1;
      } else if (answer.status === 401) {
        await forgetKey();
        return;
      } else if (answer.status === 409 || answer.status === 408 || answer.status === 429 || answer.status >= 500) {
        return;
      } else {
        const told = await answer.json().catch(() => null);
        const reason = [told?.error?.message, told?.error?.hint].filter(Boolean).join(" – ") || `${answer.status}`;
        const refused = await sealed(kept, item.id, { contact, reason });
        await ask("readwrite", (_, waiting) => waiting.put({ ...item, state: "refused", ...refused }));
      }
      await changed();
    }
  }

  async function changed() {
    const link = document.getElementById("offline-waiting");
    const left = (await queue()).length;
    if (link) {
      link.hidden = left === 0;
      link.textContent = waitingWords.replace("{}", left);
    }
    for (const listener of listeners) listener();
  }

  // --- Signing out --------------------------------------------------------------------------------
  async function clear() {
    (await open()).close();
    opened = null;
    await new Promise((resolve) => {
      const deleting = indexedDB.deleteDatabase("tridem");
      deleting.onsuccess = deleting.onerror = deleting.onblocked = resolve;
    });
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!["/sign-out", "/account/sign-out-everywhere"].includes(new URL(form.action).pathname)) return;
    if (form.dataset.cleared) return;
    event.preventDefault();
    try {
      await send();
      const left = (await queue()).length;
      if (left > 0 && !confirm(sure.replace("{}", left))) return;
      await clear();
    } catch { /* The server tells the browser to delete everything as well. */ }
    form.dataset.cleared = "yes";
    form.requestSubmit();
  });

  // --- When a page opens --------------------------------------------------------------------------
  async function begin() {
    if (!window.isSecureContext || !window.indexedDB || !window.crypto?.subtle) return;
    if (records) {
      navigator.serviceWorker?.register("/sw.js").catch(() => {});
      await set("language", language);
      let kept = await key();
      if (!kept || kept.mark !== await mark(who)) kept = await fetchKey();
      const before = await setting("lists");
      if (kept && (!before || before.owner !== kept.owner || Date.now() - before.at > 4 * HOURS)) await fetchLists(kept);
    } else if (await setting("key")) {
      // Whoever was signed in here may be so no more.
      await fetchKey().catch(() => {});
    }
  }

  // Without a network the page works with what lies here.
  const begun = begin().catch(() => {});
  begun.then(changed).then(send).catch(() => {});
  window.addEventListener("online", send);
  setInterval(send, 30_000);

  return { begun, key, lists, draft, keepDraft, enqueue, discard, items, send, sent: () => sent, reached: () => reached, listen: (listener) => listeners.push(listener) };
})();
