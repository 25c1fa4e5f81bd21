// Answers where the network does not: with the style sheets and scripts of this version, and with one
// page to record a contact on, which holds nothing of the records. Everything else always comes from
// the server, and nothing of that is kept here.
const STORE = `tridem ${KEPT.folder}`;
const PAGES = { de: "/offline?lang=de", en: "/offline?lang=en" };

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const store = await caches.open(STORE);
    await store.addAll(KEPT.files.map((file) => new Request(file, { credentials: "omit" })));
    // Without cookies, so that nothing of whoever is signed in can be on it.
    await store.addAll(Object.values(PAGES).map((page) => new Request(page, { credentials: "omit", cache: "no-store" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== STORE) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => keptPage(address)));
  } else if (address.pathname.startsWith(`${KEPT.folder}/`)) {
    event.respondWith(caches.match(request.url).then((kept) => kept ?? fetch(request)));
  }
});

// The page in the language that was last looked at, or that was just asked for.
async function keptPage(address) {
  const asked = address.pathname === "/language" ? address.searchParams.get("to") : null;
  const page = PAGES[asked] ?? PAGES[await lastLanguage()] ?? PAGES.de;
  return (await caches.match(page)) ?? Response.error();
}

function lastLanguage() {
  return new Promise((resolve) => {
    const opening = indexedDB.open("tridem");
    // Where there is none, none is made: the pages make it.
    opening.onupgradeneeded = () => opening.transaction.abort();
    opening.onerror = () => resolve(null);
    opening.onsuccess = () => {
      const database = opening.result;
      const reading = database.transaction("settings").objectStore("settings").get("language");
      reading.onerror = () => resolve(null);
      reading.onsuccess = () => resolve(reading.result);
      database.close();
    };
  });
}
