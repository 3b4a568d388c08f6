// Marks in an article's text, by button and key. The browser's own command puts them in, so that its undo takes them out.

const text = document.querySelector(".manuscript [name=text]");
text.before(document.getElementById("tools").content);
const toolbar = text.previousElementSibling;
const tools = [...toolbar.children];

function put(start, end, words, from, to) {
  text.focus();
  text.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  text.setSelectionRange(from, to);
}

// The selection without white space at its ends, where marks would mark nothing.
function selection() {
  const { value, selectionStart, selectionEnd } = text;
  const chosen = value.slice(selectionStart, selectionEnd);
  const start = selectionStart + (chosen.length - chosen.trimStart().length);
  return chosen.trim() ? { start, end: start + chosen.trim().length, words: chosen.trim() } :
    { start: selectionStart, end: selectionStart, words: "" };
}

function around(mark) {
  const { start, end, words } = selection();
  const stars = /\**$/.exec(text.value.slice(0, start))[0].length;
  const closing = /^\**/.exec(text.value.slice(end))[0].length;
  const isMarked = (count) => (mark.length === 1 ? count % 2 === 1 : count > 1);
  const size = mark.length;
  if (words && isMarked(stars) && isMarked(closing)) put(start - size, end + size, words, start - size, end - size);
  else put(start, end, mark + words + mark, start + size, end + size);
}

function link(scheme) {
  const { start, end, words } = selection();
  if (/^https?:\/\/\S+$/.test(words)) {
    put(start, end, `[](${words})`, start + 1, start + 1);
  } else {
    const from = start + words.length + 3;
    put(start, end, `[${words}](${scheme})`, ...(words ? [from, from + scheme.length] : [start + 1, start + 1]));
  }
}

function lines(mark) {
  const { value, selectionStart, selectionEnd } = text;
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const next = value.indexOf("\n", Math.max(selectionEnd - (selectionEnd > selectionStart), start));
  const end = next < 0 ? value.length : next;
  const all = value.slice(start, end).split("\n");
  const areMarked = all.every((line) => line.startsWith(mark));
  const words = all.map((line) => (areMarked ? line.slice(mark.length) : mark + line)).join("\n");
  put(start, end, words, all.length > 1 ? start : start + words.length, start + words.length);
}

// Where a block can stand: after the line that the cursor is in or, if that is in a block itself, after that.
function placeAfter(at) {
  const line = text.value.indexOf("\n", at) < 0 ? text.value.length : text.value.indexOf("\n", at);
  const fences = text.value.slice(0, line).match(/^:::.*$/gm) ?? [];
  const isInside = /\w/.test(fences.at(-1) ?? "");
  const closing = isInside ? /^:::[ \t]*$/m.exec(text.value.slice(line)) : null;
  return closing ? line + closing.index + closing[0].length : line;
}

// What is selected goes into the block.
function block(pattern) {
  let { start, end, words } = selection();
  if (!words) start = end = placeAfter(start);
  const [opening, closing] = pattern.split("{}");
  const before = text.value.slice(0, start);
  const after = text.value.slice(end);
  const above = before ? "\n".repeat(2 - Math.min(2, /\n*$/.exec(before)[0].length)) : "";
  const below = "\n".repeat(2 - Math.min(2, /^\n*/.exec(after)[0].length));
  const from = start + above.length + opening.length;
  put(start, end, above + opening + words + closing + below, from, from + words.length);
}

// A part of the form in which more is asked than a mark can say.
function openPart(id, field = "input") {
  const part = document.getElementById(id);
  part.open = true;
  part.querySelector(field).focus();
}

toolbar.addEventListener("click", ({ target }) => {
  const { around: mark, link: scheme, line, block: pattern, opens } = target.dataset;
  if (mark) around(mark);
  else if (scheme) link(scheme);
  else if (line) lines(line);
  else if (pattern) block(pattern);
  else if (opens) openPart(opens);
});

tools[0].tabIndex = 0;
toolbar.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] * (getComputedStyle(toolbar).direction === "rtl" ? -1 : 1);
  const at = tools.indexOf(event.target);
  const to = { Home: 0, End: tools.length - 1 }[event.key] ?? (at + step + tools.length) % tools.length;
  if (Number.isNaN(to)) return;
  event.preventDefault();
  tools.forEach((tool, number) => (tool.tabIndex = number === to ? 0 : -1));
  tools[to].focus();
});

text.addEventListener("keydown", (event) => {
  // On a Mac, Ctrl with a letter moves the cursor and cuts lines.
  const isMeant = /^(Mac|iP)/.test(navigator.platform) ? event.metaKey : event.ctrlKey;
  if (!isMeant || event.altKey || event.shiftKey) return;
  const tool = tools.find((one) => one.getAttribute("aria-keyshortcuts")?.startsWith(`Control+${event.key.toUpperCase()} `));
  if (!tool) return;
  event.preventDefault();
  tool.click();
});
