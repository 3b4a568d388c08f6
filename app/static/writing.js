// An article's form: a preview beside the text, rows that move in place, and what is written kept by itself until it is
// saved. Without this file the form is sent as a form. All words stand in the page. The text is marks.js's.

const PREVIEW_AFTER = 500; // milliseconds after the last key
const KEEP_AFTER = 1500;
const TRY_AGAIN_AFTER = 10_000;
const ANSWER_WITHIN = 15_000;
const UPLOADED_WITHIN = 600_000;

const form = document.querySelector(".manuscript > form");
const previewButton = form.querySelector("[formtarget=_blank]");
form.querySelector(".acts").append(document.getElementById("told").content);
const [told, logIn] = form.querySelector(".told").children;
const WINDOW = crypto.getRandomValues(new Uint8Array(16)).reduce((name, byte) => name + byte.toString(16).padStart(2, "0"), "");

// Asking. The form is sent as it stands, but for files. What can't be read as an answer is a log-in page, or comes of one.

class LoggedOut extends Error {}

// With a prefix, the fields that have it alone, and then files as well.
function fields(submitter, prefix) {
  const body = new FormData();
  for (const [name, value] of new FormData(form, submitter)) {
    if (prefix ? name.startsWith(prefix) || name === "csrf_token" : !(value instanceof File)) {
      body.append(name.replace(prefix, ""), value);
    }
  }
  body.set("window", WINDOW);
  return body;
}

function send(url, accept, { submitter = null, prefix = "", signal = AbortSignal.timeout(ANSWER_WITHIN) } = {}) {
  const body = fields(submitter, prefix);
  return fetch(url, { method: "POST", body, headers: { Accept: accept }, signal });
}

// Whoever logs in again gets another token, and the one in this page is worth nothing any more.
async function renewToken() {
  const answer = await fetch(form.dataset.token, { signal: AbortSignal.timeout(ANSWER_WITHIN) });
  if (answer.redirected) throw new LoggedOut();
  const page = parsed(await answer.text());
  const token = page.querySelector("[name=csrf_token]").value;
  document.querySelectorAll("[name=csrf_token]").forEach((field) => (field.value = token));
}

async function ask(url, accept, read, options) {
  for (const isFirst of [true, false]) {
    const answer = await send(url, accept, options);
    const found = answer.status < 500 && answer.headers.get("Content-Type")?.startsWith(accept) && (await read(answer));
    if (found) return found;
    if (!isFirst || answer.status >= 500) throw new Error(answer.status);
    await renewToken();
  }
}

const askForJson = (url, options) =>
  ask(url, "application/json", async (answer) => ({ status: answer.status, ...(await answer.json()) }), options);
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

function say(words, isLoggedOut = false) {
  if (told.textContent !== words) told.textContent = words;
  logIn.hidden = !isLoggedOut;
}

function sayWhatFailed(error) {
  const isLoggedOut = error instanceof LoggedOut;
  say(isLoggedOut ? told.dataset.loggedOut : told.dataset.unreachable, isLoggedOut);
}

// Keeping. Each change has a number; what is kept is known by the last number in it.

let changes = form.hasAttribute("data-unsaved") ? 1 : 0;
let kept = 0;
let keeping = null;
let keepTimer;
let goesOnElsewhere = false;
let isWaiting = false;
let isLeaving = false;

async function keep() {
  clearTimeout(keepTimer);
  if (keeping || isLeaving || goesOnElsewhere || kept === changes) return;
  const upTo = changes;
  let pause = KEEP_AFTER;
  keeping = (async () => {
    const { status, said, version } = await askForJson(form.dataset.keep);
    say(said);
    goesOnElsewhere = status === 409;
    if (status !== 200) return;
    kept = upTo;
    form.elements.form_version.value = version;
  })();
  try {
    await keeping;
  } catch (error) {
    sayWhatFailed(error);
    pause = TRY_AGAIN_AFTER;
  }
  keeping = null;
  if (kept !== changes) keepTimer = setTimeout(keep, pause);
}

function changed() {
  changes += 1;
  clearTimeout(keepTimer);
  keepTimer = setTimeout(keep, KEEP_AFTER);
  clearTimeout(previewTimer);
  previewTimer = setTimeout(preview, PREVIEW_AFTER);
}

form.addEventListener("input", changed);
addEventListener("online", keep);
addEventListener("focus", keep);
addEventListener("pageshow", () => (isLeaving = false));
document.addEventListener("visibilitychange", () => document.hidden && keep());
addEventListener("beforeunload", (event) => {
  if (!isLeaving && kept !== changes) event.preventDefault();
});

// Sending. What is being kept has to arrive before the form does, or it would be kept once more after it was saved.

form.addEventListener("submit", (event) => {
  const { submitter } = event;
  if (submitter?.formTarget === "_blank") return;
  const [, what, verb, number] = /^(faq|sources)-(\w+)(?:-(\d+))?$/.exec(submitter?.value) ?? [];
  if (what) {
    event.preventDefault();
    rearrange(submitter, what, verb, Number(number));
  } else if (submitter?.value === "picture") {
    event.preventDefault();
    addPicture();
  } else if (submitter?.value === "stay") {
    event.preventDefault();
    keep();
  } else if (keeping) {
    event.preventDefault();
    if (isWaiting) return;
    isWaiting = true;
    keeping.catch(() => {}).then(() => setTimeout(() => {
      isWaiting = false;
      form.requestSubmit(submitter);
    }));
  } else {
    isLeaving = true;
    clearTimeout(keepTimer);
  }
});

// Rows. The page that the button asks for is asked for here, and its rows take the place of these.

async function rearrange(submitter, what, verb, number) {
  const here = document.getElementById(what);
  if (here.inert) return;
  here.inert = true;
  try {
    const read = async (answer) => parsed(await answer.text()).querySelector(`form #${what}`);
    const rows = await ask(form.action, "text/html", read, { submitter });
    here.replaceWith(document.adoptNode(rows));
    const to = number + ({ up: -1, down: 1 }[verb] ?? 0);
    const fields = rows.querySelectorAll("fieldset");
    const place = verb === "add" ? fields[fields.length - 1] : fields[Math.min(to, fields.length - 1)];
    const button = rows.querySelector(`[value="${what}-${verb}-${to}"]`) ?? place?.querySelector("button");
    const first = place?.querySelector("input:not([type=hidden])");
    ((verb === "add" ? first : button) ?? rows.querySelector(`[value=${what}-add]`)).focus();
    changed();
  } catch (error) {
    here.inert = false;
    sayWhatFailed(error);
  }
}

// The preview, which is the reader's page. Only its body is replaced, so that it stays where it was scrolled to.

text.closest(".beside").append(document.getElementById("beside-text").content);
const lengthLine = document.querySelector(".beside > .length");
text.after(lengthLine);
const live = document.getElementById("live");
const [problems, frame] = live.children;
const toggle = live.previousElementSibling;
let previewTimer;
let asking;
let newest;
let isLoaded = false;

async function preview() {
  asking?.abort();
  asking = new AbortController();
  try {
    const { signal } = asking;
    const { page, words, problems: found = [] } = await askForJson(previewButton.formAction, { signal });
    problems.replaceChildren(...found.map((problem) => {
      const item = document.createElement("li");
      item.textContent = problem;
      return item;
    }));
    if (!page) return;
    lengthLine.textContent = words;
    show(page);
  } catch {
    // That the desk can't be reached is said where the text is kept.
  }
}

function show(html) {
  newest = parsed(html);
  newest.querySelectorAll("script, link[rel=preload]").forEach((part) => part.remove());
  if (isLoaded) putNewest();
  else frame.srcdoc ||= `<!doctype html>${newest.documentElement.outerHTML}`;
}

function putNewest() {
  frame.contentDocument.body.replaceWith(frame.contentDocument.importNode(newest.body, true));
}

frame.addEventListener("load", () => {
  if (!newest) return;
  isLoaded = true;
  putNewest();
  // Its links would lead away from what is written.
  frame.contentDocument.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    const { hash } = new URL(link.href, location);
    if (link.getAttribute("href").startsWith("#")) frame.contentDocument.getElementById(hash.slice(1))?.scrollIntoView();
  });
});

function showLive(isShown) {
  live.hidden = !isShown;
  toggle.setAttribute("aria-expanded", isShown);
}

toggle.addEventListener("click", () => showLive(live.hidden));
showLive(matchMedia("(min-width: 73rem)").matches);
if (form.elements.title.value) preview();

// Pictures. One that is pasted or dropped goes into the form's own field, and what it shows is asked for before it is sent.

const picture = document.getElementById("picture");
const { "picture-file": file, "picture-alt": alt, "picture-credit": credit } = form.elements;
const refusal = Object.assign(document.createElement("p"), { className: "error", role: "alert" });

function takePicture(event, { files }) {
  const given = [...files].find((one) => one.type.startsWith("image/"));
  if (!given) return;
  event.preventDefault();
  const chosen = new DataTransfer();
  chosen.items.add(given);
  file.files = chosen.files;
  openPart("picture", "[name$=alt]");
}

async function addPicture() {
  if (picture.inert) return;
  picture.inert = true;
  say(told.dataset.sending);
  try {
    const options = { prefix: "picture-", signal: AbortSignal.timeout(UPLOADED_WITHIN) };
    const { error = "", markdown } = await askForJson(picture.dataset.upload, options);
    picture.inert = false;
    say("");
    refusal.textContent = error;
    refusal.remove();
    if (error) {
      picture.querySelector("summary").after(refusal);
      return openPart("picture", file.files.length ? "[name$=alt]" : "[type=file]");
    }
    for (const field of [file, alt, credit]) field.value = "";
    picture.open = false;
    // A caption is written before the last line.
    block(markdown.trimEnd().replace(/:::$/, "{}\n:::"));
  } catch (error) {
    picture.inert = false;
    sayWhatFailed(error);
  }
}

text.addEventListener("paste", (event) => {
  // Of a word processor's text there is a picture, too.
  if (!event.clipboardData.types.includes("text/plain")) takePicture(event, event.clipboardData);
});
text.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
text.addEventListener("drop", (event) => takePicture(event, event.dataTransfer));

if (changes) keep();
