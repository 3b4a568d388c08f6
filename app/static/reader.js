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
  answered.querySelector(".summary, .preview, textarea")?.focus();
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (isSentAsPage || !button?.matches(".comment-form [formaction]")) return;
  event.preventDefault();
  preview(event.target, button);
});
