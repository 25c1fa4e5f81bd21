// Comfort only: every page works without it.
"use strict";

// Keys of one letter, unless somebody switched them off: `n` begins a contact, `/` goes to the finder.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (document.cookie.split("; ").includes("tridem_keys=off")) return;
  if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return;
  if (event.key === "n") {
    const link = document.querySelector('.menu a[href="/contacts/new"]');
    if (link) { event.preventDefault(); location.assign(link.href); }
  } else if (event.key === "/") {
    const finder = document.querySelector("[data-finder]");
    event.preventDefault();
    if (finder) finder.focus(); else if (document.querySelector('.menu a[href="/contacts"]')) location.assign("/contacts#finder");
  }
});
