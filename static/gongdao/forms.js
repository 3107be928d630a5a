// Nothing is sent twice and nothing typed is lost.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);

const BUSY_AT_MOST = 20_000;
const BUSY_WITH_A_FILE = 2_000;
const DRAFT_AFTER = 1_500;
const DRAFT_RETRY = 10_000;

// --- the guard against a second click -------------------------------------------------------------------------------

function release(form) {
  clearTimeout(form.busyTimer);
  delete form.dataset.busy;
  all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
}

// What shows how a form's answers would look asks no more once they are on their way: it would come too late.
document.addEventListener("htmx:beforeRequest", (event) => {
  const source = event.target.getAttribute("hx-include");
  if (source && document.querySelector(source)?.dataset.busy) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.busy) {
    event.preventDefault();
    return;
  }
  // What a button shows in another window does nothing, and this page goes on.
  if (submitter?.formTarget === "_blank") return;
  // Not `disabled`: a disabled button is not sent, and loses the focus.
  form.dataset.busy = "yes";
  submitter?.setAttribute("aria-busy", "true");
  // A file that is sent back leaves this page standing, and the browser tells nobody when it has come.
  const staysHere = form.hasAttribute("data-download") || form.target === "_blank";
  form.busyTimer = setTimeout(release, staysHere ? BUSY_WITH_A_FILE : BUSY_AT_MOST, form);
  form.dispatchEvent(new CustomEvent("gongdao:sent"));
});

// Back from the next page (the browser kept this one), or htmx's answer.
addEventListener("pageshow", (event) => event.persisted && all("form[data-busy]").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

// --- the summary of what to correct -----------------------------------------------------------------------------------

function meetErrors(root) {
  one("[data-error-summary]", root)?.focus();
}

// --- drafts -----------------------------------------------------------------------------------------------------------

const SECRET = new Set(["csrfmiddlewaretoken"]);

function typed(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string" || SECRET.has(name) || form.elements[name]?.type === "password") continue;
    (fields[name] ??= []).push(value);
  }
  return fields;
}

function fillIn(form, fields) {
  for (const [name, values] of Object.entries(fields)) {
    all(`[name="${CSS.escape(name)}"]`, form).forEach((input, place) => {
      if (input.type === "checkbox" || input.type === "radio") input.checked = values.includes(input.value);
      else if (input.type === "hidden" || input.type === "file") return;
      else if (input.multiple) [...input.options].forEach((option) => (option.selected = values.includes(option.value)));
      else input.value = values[place] ?? "";
    });
  }
}

function keepDraft(form) {
  const url = form.dataset.draft;
  const note = one("[data-draft-note]", form);
  const text = one("[data-draft-text]", form);
  const discard = one("[data-draft-discard]", form);
  const token = one("[name=csrfmiddlewaretoken]", form).value;
  const untouched = JSON.stringify(typed(form));
  let kept = untouched;
  let timer = null;
  let sent = false;

  const clock = (moment) => moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });

  function say(words, moment) {
    text.textContent = moment ? `${words} ${clock(moment)}` : words;
    discard.hidden = !moment;
  }

  async function save() {
    const now = JSON.stringify(typed(form));
    if (sent || now === kept) return;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ fields: JSON.parse(now) }),
      });
      if (!response.ok) throw new Error(response.status);
      kept = now;
      say(note.dataset.textSaved, new Date());
    } catch {
      say(note.dataset.textFailed);
      timer = setTimeout(save, DRAFT_RETRY);
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, DRAFT_AFTER);
  }

  async function restore() {
    const response = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response?.ok || response.status === 204) return;
    const { fields, saved_at: savedAt } = await response.json();
    // What came back with errors, or was typed meanwhile, is newer than any draft.
    if (!fields || one("[data-error-summary]", form) || JSON.stringify(typed(form)) !== untouched) return;
    fillIn(form, fields);
    kept = JSON.stringify(typed(form));
    form.dispatchEvent(new CustomEvent("gongdao:restored"));
    say(note.dataset.textRestored, new Date(savedAt));
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("gongdao:sent", () => {
    sent = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", (event) => event.persisted && (sent = false));
  discard.addEventListener("click", async () => {
    clearTimeout(timer);
    await fetch(url, { method: "DELETE", headers: { "X-CSRFToken": token } });
    location.reload();
  });
  addEventListener("beforeunload", (event) => {
    if (!sent && JSON.stringify(typed(form)) !== kept) event.preventDefault();
  });
  restore();
}

// --- one more row of a formset ------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const set = event.target.closest("[data-formset-add]")?.closest("[data-formset]");
  if (!set) return;
  const total = one(`[name="${CSS.escape(set.dataset.formset)}-TOTAL_FORMS"]`, set);
  const most = Number(one(`[name="${CSS.escape(set.dataset.formset)}-MAX_NUM_FORMS"]`, set).value);
  const fresh = one("[data-formset-empty]", set).content.cloneNode(true);
  all("*", fresh).forEach((element) => {
    for (const { name, value } of [...element.attributes]) {
      if (value.includes("__prefix__")) element.setAttribute(name, value.replaceAll("__prefix__", total.value));
    }
  });
  total.value = Number(total.value) + 1;
  one("[data-formset-number]", fresh).textContent = total.value;
  const frame = one("[data-formset-form]", fresh);
  one("[data-formset-forms]", set).append(fresh);
  one("input:not([type=hidden]), select, textarea", frame)?.focus();
  if (Number(total.value) >= most) event.target.closest("[data-formset-add]").hidden = true;
});

// --- the demo's accounts ------------------------------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-fill-login]")?.dataset.fillLogin;
  if (!name) return;
  const form = one("form.g-form");
  form.elements.username.value = name;
  form.elements.password.value = "gongdao-demo";
  one("[data-submit]", form).focus();
});

meetErrors(document);
document.addEventListener("htmx:afterSwap", (event) => meetErrors(event.target));
all("form[data-draft]").forEach(keepDraft);
