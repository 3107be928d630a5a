// Getting about without a mouse: the drawer, menus, dialogs, shortcuts, the boxes of a list, the parts of a page.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);

// The drawer of a phone. Without this script the same links open it through :target.
const drawer = one("[data-nav]");

function openDrawer() {
  drawer.classList.add("is-open");
  one("a", drawer).focus();
}

function closeDrawer() {
  if (!drawer?.classList.contains("is-open")) return;
  drawer.classList.remove("is-open");
  one("[data-nav-open]").focus();
}

// Menus close when the attention goes elsewhere.
function closeMenus(except) {
  all("[data-menu][open]").forEach((menu) => menu !== except && menu.removeAttribute("open"));
}

// Dialogs.
function openDialog(id) {
  const dialog = document.getElementById(id);
  if (dialog && !dialog.open) dialog.showModal();
}

// A question before something is done: `data-confirm` on a form, or on the one button of it that needs asking.
let confirmed = null;

function ask(form, submitter, question) {
  const dialog = document.getElementById("confirm");
  one("[data-confirm-text]", dialog).textContent = question;
  dialog.returnValue = "";
  dialog.addEventListener(
    "close",
    () => {
      if (dialog.returnValue !== "yes") return;
      confirmed = submitter ?? form;
      form.requestSubmit(submitter ?? undefined);
    },
    { once: true },
  );
  dialog.showModal();
}

// In the capture phase: a form that is still being asked about must not look sent to the guard of forms.js.
document.addEventListener(
  "submit",
  (event) => {
    const { target: form, submitter } = event;
    const question = submitter?.dataset.confirm ?? form.dataset.confirm;
    if (!question) return;
    if (confirmed === (submitter ?? form)) {
      confirmed = null;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    ask(form, submitter, question);
  },
  true,
);

document.addEventListener("click", (event) => {
  const hit = (selector) => event.target.closest(selector);
  closeMenus(hit("[data-menu]"));
  if (hit("[data-nav-open]")) {
    event.preventDefault();
    openDrawer();
  } else if (hit("[data-nav-close]")) {
    event.preventDefault();
    closeDrawer();
  } else if (drawer && !hit("[data-nav]")) {
    drawer.classList.remove("is-open");
  }
  if (hit("[data-dialog-open]")) openDialog(hit("[data-dialog-open]").dataset.dialogOpen);
  if (hit("[data-dialog-close]")) hit("dialog").close();
  if (hit("[aria-disabled='true']")) event.preventDefault();
});

// Shortcuts go by the key's place (event.code), so that an input method or another layout does not hide them.
const letter = (code) => code.replace(/^Key/, "");

function listShortcuts() {
  const list = one("[data-shortcut-list]");
  if (!list) return;
  all("[data-shortcut]").forEach((target) => {
    const row = document.createElement("div");
    const key = document.createElement("dt");
    const meaning = document.createElement("dd");
    for (const part of ["Alt", letter(target.dataset.shortcut)]) {
      if (key.childNodes.length) key.append(" + ");
      key.append(Object.assign(document.createElement("kbd"), { textContent: part }));
    }
    meaning.textContent = target.dataset.shortcutTitle ?? target.textContent.trim();
    row.append(key, meaning);
    list.append(row);
    target.setAttribute("aria-keyshortcuts", `Alt+${letter(target.dataset.shortcut)}`);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape") {
    closeMenus();
    closeDrawer();
    return;
  }
  if (event.ctrlKey && event.key === "Enter") {
    const form = event.target.closest?.("form");
    if (form && !form.hasAttribute("data-plain")) {
      event.preventDefault();
      form.requestSubmit(one("[data-submit]", form) ?? undefined);
    }
    return;
  }
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.code === "Slash") {
    event.preventDefault();
    openDialog("shortcuts");
  } else if (event.code === "KeyS") {
    const field = one("[data-search] :is(input, select):not([type=hidden])");
    if (!field) return;
    event.preventDefault();
    field.focus();
  } else {
    const target = one(`[data-shortcut="${CSS.escape(event.code)}"]`);
    if (!target || one("dialog[open]")) return;
    event.preventDefault();
    target.click();
  }
});

// The boxes before the rows of a list, and the bar that says how many are ticked.
function countPicked(form) {
  const boxes = all(`input[name=picked][form="${CSS.escape(form.id)}"]`);
  const picked = boxes.filter((box) => box.checked).length;
  one("[data-bulk-count]", form).textContent = picked;
  all("button", form).forEach((button) => (button.disabled = !picked));
  all(`[data-pick-all="${CSS.escape(form.id)}"]`).forEach((box) => {
    box.checked = picked > 0 && picked === boxes.length;
    box.indeterminate = picked > 0 && picked < boxes.length;
  });
}

document.addEventListener("change", (event) => {
  const { pickAll } = event.target.dataset;
  if (pickAll) all(`input[name=picked][form="${CSS.escape(pickAll)}"]`).forEach((box) => (box.checked = event.target.checked));
  const form = pickAll ? document.getElementById(pickAll) : event.target.name === "picked" ? event.target.form : null;
  if (form?.hasAttribute("data-bulk")) countPicked(form);
});

// The part of a long page that is being read is marked in its tabs.
function watchParts(tabs) {
  const links = new Map(all("a", tabs).map((link) => [document.getElementById(link.hash.slice(1)), link]));
  links.delete(null);
  const inSight = new Set();
  const watcher = new IntersectionObserver(
    (entries) => {
      entries.forEach(({ target, isIntersecting }) => inSight[isIntersecting ? "add" : "delete"](target));
      const reading = [...links.keys()].find((part) => inSight.has(part));
      if (!reading) return;
      links.forEach((link, part) =>
        part === reading ? link.setAttribute("aria-current", "location") : link.removeAttribute("aria-current"),
      );
    },
    { rootMargin: "-120px 0px -40% 0px" },
  );
  links.forEach((_link, part) => watcher.observe(part));
}

listShortcuts();
all("[data-bulk]").forEach(countPicked);
all("[data-tabs]").forEach(watchParts);

// --- the drawing of a flow opens where the case stands ------------------------------------------------------------------

for (const frame of document.querySelectorAll(".g-diagram-frame")) {
  const here = frame.querySelector(".g-node-here")?.getBoundingClientRect();
  if (!here) continue;
  const seen = frame.getBoundingClientRect();
  frame.scrollLeft += here.left + here.width / 2 - (seen.left + seen.width / 2);
  frame.scrollTop += here.top + here.height / 2 - (seen.top + seen.height / 2);
}
