// What shortens a reader's way. Without this file each form is sent as a form and answers as a page.

// Preview in place: of the page that answers, the form with what is said of it.

let isSentAsPage = false;

function sendAsPage(form, button) {
  isSentAsPage = true;
  form.requestSubmit(button);
  isSentAsPage = false;
}

function keepTyped(from, to) {
  for (const field of from.querySelectorAll("input:not([type=hidden]), textarea")) {
    const same = to.querySelector(`[name="${field.name}"]`);
    if (same) Object.assign(same, { value: field.value, checked: field.checked });
  }
}

async function preview(form, button) {
  const unreachable = form.querySelector(".unreachable");
  unreachable.hidden = true;
  button.ariaBusy = "true";
  let text;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(button.formAction, { method: "POST", body, signal: AbortSignal.timeout(15_000) });
    text = await answer.text();
  } catch {
    unreachable.hidden = false;
    return;
  } finally {
    button.ariaBusy = null;
  }
  const answered = new DOMParser().parseFromString(text, "text/html").querySelector(".writing");
  if (!answered) return sendAsPage(form, button);
  keepTyped(form, answered);
  form.closest(".writing").replaceWith(answered);
  offerPass(answered);
  answered.querySelector(".summary, .preview, textarea")?.focus();
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (isSentAsPage || !button?.matches(".comment-form [formaction]")) return;
  event.preventDefault();
  preview(event.target, button);
});

// The reader's pass. It is remembered where its holder ticks so, in this browser alone, and sent to this site alone.

const KEY = "pass";

function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function remember(pass) {
  try {
    if (pass) localStorage.setItem(KEY, JSON.stringify(pass));
    else localStorage.removeItem(KEY);
  } catch {
    // A browser that keeps nothing remembers no pass.
  }
}

function forget() {
  const { token } = recall() ?? {};
  remember(null);
  for (const one of document.querySelectorAll(`.own, [name=pass][value="${token}"]`)) one.remove();
  offerPass(document);
}

function offerPass(part) {
  const pass = recall();
  for (const note of part.querySelectorAll(".pass-note")) {
    const sent = note.closest("form")?.elements.pass?.value;
    if (sent && sent !== pass?.token) continue;
    const button = note.querySelector("button");
    note.hidden = !pass && !sent;
    button.hidden = !pass;
    button.onclick = forget;
    if (pass) note.querySelector("a").href = `/passes/${pass.token}`;
  }
  const name = part.querySelector("#comment-form [name=name]");
  if (pass && name && !name.value) name.value = pass.name;
  const link = part.querySelector("[data-pass-link]");
  if (link && !link.value) link.value = pass ? `${location.origin}/passes/${pass.token}` : "";
}

function offerToRemember(note) {
  const { token, name } = note.dataset;
  const box = note.querySelector("input");
  box.checked = recall()?.token === token;
  box.onchange = () => remember(box.checked ? { token, name } : null);
  note.hidden = false;
}

async function showWaiting(thread) {
  const { token } = recall() ?? {};
  const slug = /^\/articles\/([^/]+)$/.exec(location.pathname)?.[1];
  if (!token || !slug) return;
  const answer = await fetch(`/passes/${token}/pending/${slug}`, { cache: "no-store", referrerPolicy: "no-referrer" });
  if (answer.status === 204) forget();
  if (answer.status !== 200) return;
  const waiting = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const one of waiting.querySelectorAll(".own")) {
    const parent = document.getElementById(one.dataset.parent);
    if (parent) parent.after(one);
    else thread.append(one);
  }
}

document.addEventListener("formdata", (event) => {
  const pass = recall();
  const { formData, target } = event;
  if (!pass || target.id !== "comment-form" || formData.get("pass")) return;
  formData.set("pass", pass.token);
  if (formData.get("name")) remember({ ...pass, name: formData.get("name") });
});

offerPass(document);
for (const note of document.querySelectorAll(".remember")) offerToRemember(note);
for (const thread of document.querySelectorAll(".thread")) showWaiting(thread).catch(() => {});
if (document.querySelector(".pass-deleted") && location.pathname === `/passes/${recall()?.token}/delete`) forget();
