// Comfort for the register of a class and for sending files: counting while one taps, setting all
// lines at once, and saying before sending that a file is too large. Everything works without it.
"use strict";

for (const form of document.querySelectorAll("form[data-attendance]")) {
  const count = form.querySelector("[data-count]");
  const marks = () => [...form.querySelectorAll(".att-marks input:checked")];
  const show = () => {
    if (!count) return;
    const here = marks().filter((mark) => mark.value === "present" || mark.value === "late").length;
    const words = count.dataset.words.split("{}");
    count.textContent = `${words[0]}${here}${words[1]}${marks().length - here}${words[2]}`;
  };
  form.addEventListener("change", (event) => {
    // Who is here has no amount.
    if (event.target.value === "present" && event.target.type === "radio") {
      event.target.closest(".att-row").querySelector(".att-amount input").value = "";
    }
    if (event.target.value === "late" && event.target.type === "radio") {
      event.target.closest(".att-row").querySelector(".att-amount input").focus();
    }
    show();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "set_all") return;
    event.preventDefault();
    const value = form.querySelector("#all").value;
    for (const mark of form.querySelectorAll(".att-marks input")) {
      if (mark.value === value) mark.checked = true;
    }
    for (const amount of form.querySelectorAll(".att-amount input")) amount.value = "";
    show();
  });
  show();
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  const file = form.querySelector("input[type=file]");
  file.addEventListener("change", () => {
    const isTooLarge = file.files[0]?.size > Number(file.dataset.most);
    file.setCustomValidity(isTooLarge ? file.dataset.tooLarge : "");
    file.reportValidity();
  });
}
