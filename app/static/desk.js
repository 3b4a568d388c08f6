// The desk by keyboard, and rows that act in place. Without this file each form is sent as a form and answers as a page.

const queue = document.querySelector("ol.queue");
const said = document.getElementById("said");
const AHEAD = 10; // so many rows before the last, the next ones are asked for
let isWaitingForMore = false; // the last row is decided, and the focus is to go on with those that come

const rows = () => [...queue.querySelectorAll(":scope > .queue-row")];
const isOpen = (row) => !row.classList.contains("decided");
const rowOf = (element) => element?.closest?.("ol.queue > .queue-row") ?? null;

function focusOn(row) {
  row?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}

function neighbour(row, step, isWanted = () => true) {
  const all = rows();
  for (let at = all.indexOf(row) + step; at >= 0 && at < all.length; at += step) {
    if (isWanted(all[at])) return all[at];
  }
  return null;
}

function loadAhead() {
  const further = document.getElementById("further");
  if (!further || further.dataset.asked) return;
  const here = rowOf(document.activeElement);
  const all = rows();
  const left = all.slice(all.indexOf(here) + 1).filter(isOpen).length;
  if (left > AHEAD && all.filter(isOpen).length > AHEAD) return;
  further.dataset.asked = "yes";
  htmx.trigger(further, "further");
}

// Keys. What a key does stands on the element that does it, as aria-keyshortcuts.

function isTyping(element) {
  return element.matches("textarea, select, [contenteditable], input:not([type=checkbox])");
}

function press(row, key) {
  const scope = /^\d$/.test(key) ? "details[open] " : "";
  const element = row.querySelector(`${scope}[aria-keyshortcuts="${CSS.escape(key)}"]`);
  element?.click();
  if (element?.matches("summary")) {
    element.focus();
    element.parentElement.scrollIntoView({ block: "nearest" });
  }
  return element !== null;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]") || isTyping(event.target)) return;
  const row = rowOf(document.activeElement);
  let isDone = true;
  if (event.key === "j") {
    focusOn(row ? neighbour(row, 1) : rows()[0]);
  } else if (event.key === "k") {
    focusOn(row ? neighbour(row, -1) : rows().at(-1));
  } else if (event.key === "?") {
    document.getElementById("keys").showModal();
  } else if (event.key === "Escape" && row) {
    row.querySelectorAll("details.verb[open]").forEach((details) => (details.open = false));
    focusOn(row);
  } else {
    const isKey = /^[arsue1-9]$/.test(event.key) && !event.repeat;
    isDone = isKey && row !== null && !row.classList.contains("sending") && press(row, event.key);
  }
  if (isDone) {
    event.preventDefault();
    loadAhead();
  }
}

// In place. An answer that is a whole page (a log-in, an error) is none for a row: the form is sent as a form instead.

function sendAsPage(element, submitter) {
  if (element.matches("form")) {
    if (submitter?.name) {
      const field = Object.assign(document.createElement("input"), {
        type: "hidden", name: submitter.name, value: submitter.value,
      });
      element.append(field);
    }
    HTMLFormElement.prototype.submit.call(element);
  } else if (element.matches("a")) {
    location.assign(element.href);
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (!/^\s*<(?:!doctype|html)/i.test(xhr.responseText)) return;
  event.detail.shouldSwap = false;
  sendAsPage(requestConfig.elt, requestConfig.triggeringEvent?.submitter);
});

document.addEventListener("htmx:configRequest", (event) => {
  // htmx forgets which button it was when the focus leaves the form, as it does before a request that has to wait.
  const { submitter } = event.detail.triggeringEvent ?? {};
  if (submitter?.name) event.detail.parameters[submitter.name] = submitter.value;
});

document.addEventListener("htmx:sendError", (event) => {
  const row = rowOf(event.detail.elt);
  said.textContent = said.dataset.unreachable;
  row?.classList.remove("sending");
  focusOn(row);
  event.detail.elt.removeAttribute("data-asked");
});

document.addEventListener("submit", (event) => {
  const row = rowOf(event.target);
  // An undo brings the row back, which stays in focus; what is decided is followed by the next. The request itself
  // may have to wait for those before it: they are sent in order, so that the last answer has the last counts.
  if (row && event.target.hasAttribute("hx-post") && isOpen(row)) {
    row.classList.add("sending");
    const next = neighbour(row, 1, isOpen);
    isWaitingForMore = next === null;
    focusOn(next ?? row);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (document.activeElement === document.body && queue) {
    const again = target.id ? document.getElementById(target.id) : null;
    focusOn(again ?? rows().find(isOpen) ?? rows().at(-1));
  }
  if (requestConfig.elt.id === "further") {
    const here = rowOf(document.activeElement);
    if (isWaitingForMore && here) focusOn(neighbour(here, 1, isOpen));
    isWaitingForMore = false;
    loadAhead();
  }
});

if (queue) {
  document.addEventListener("htmx:load", loadAhead, { once: true });
  if (queue.hasAttribute("data-keys")) {
    document.addEventListener("keydown", onKey);
    focusOn(document.querySelector("ol.queue > .queue-row:target") ?? rows()[0]);
  }
}

const whichKeys = document.getElementById("which-keys");
if (whichKeys) {
  whichKeys.hidden = false;
  whichKeys.addEventListener("click", () => document.getElementById("keys").showModal());
}
