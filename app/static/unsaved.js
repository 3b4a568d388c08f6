// Warns before what is written in a form is lost. Without this file nothing else changes.

const form = document.querySelector(".manuscript > form");
let isUnsaved = form.hasAttribute("data-unsaved");

form.addEventListener("input", () => (isUnsaved = true));
form.addEventListener("submit", (event) => {
  // A preview opens in a tab of its own, and the text stays unsaved in this one.
  if (event.submitter?.formTarget !== "_blank") isUnsaved = false;
});
addEventListener("beforeunload", (event) => {
  if (isUnsaved) event.preventDefault();
});
