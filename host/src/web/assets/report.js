// Comfort only: says that something takes a while, and keeps a second press from being sent.
"use strict";
for (const form of document.querySelectorAll("form[data-busy]")) {
  const told = document.createElement("p");
  told.className = "busy";
  told.setAttribute("role", "status");
  form.append(told);
  form.addEventListener("submit", (event) => {
    const elsewhere = event.submitter?.getAttribute("formtarget") === "_blank";
    if (elsewhere) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    told.textContent = form.dataset.busy;
  });
}
// Back from the page that followed, the form can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) {
    delete form.dataset.sent;
    const told = form.querySelector(".busy");
    if (told) told.textContent = "";
  }
});
