// Protects unsaved changes in an article's form: asks before leaving, and keeps them in this tab (sessionStorage).

import { freshToken } from "./token.js";

const WAIT_MS = 400;
const form = document.getElementById("article_form");
const prefix = "draft:";
const key = prefix + location.pathname;
const isSaved = document.querySelector(".messagelist .success, .messagelist .info") !== null;

if (isSaved) forgetSent();
if (form?.querySelector("[name=_save]")) guard();

function forgetSent() {
  for (const name of Object.keys(sessionStorage).filter((item) => item.startsWith(prefix))) {
    if (JSON.parse(sessionStorage.getItem(name)).sent) sessionStorage.removeItem(name);
  }
}

function guard() {
  const isRefused = document.querySelector(".errornote") !== null;
  let offered = {};
  let isLeaving = false;
  let timer = 0;

  const draft = JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (draft && !isRefused) offer(draft);

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.django?.jQuery?.(form).on("change", "select", later); // Django's selects tell only jQuery
  form.addEventListener("submit", ({ submitter }) => {
    freshToken(form);
    if (submitter?.name === "_preview") return;
    isLeaving = true;
    keep({ sent: true });
  });
  addEventListener("pageshow", () => (isLeaving = false));
  addEventListener("beforeunload", (event) => {
    const hasFile = [...form.querySelectorAll("input[type=file]")].some((field) => field.value);
    if (isLeaving || !(hasFile || Object.keys(changed()).length)) return;
    keep();
    event.preventDefault();
  });

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT_MS);
  }

  function keep({ sent = false } = {}) {
    const values = { ...offered, ...changed() };
    if (!Object.keys(values).length) return sessionStorage.removeItem(key);
    try {
      sessionStorage.setItem(key, JSON.stringify({ when: Date.now(), sent, values }));
    } catch {
      // The store is full; the page still asks before leaving.
    }
  }

  function offer({ when, values }) {
    const missing = Object.entries(values).filter(([name, typed]) => valueOf(fieldOf(name, typed)) !== typed.value);
    if (!missing.length) return sessionStorage.removeItem(key);
    offered = Object.fromEntries(missing);
    const time = new Date(when).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    const notice = Object.assign(document.createElement("section"), { className: "archive-draft" });
    notice.setAttribute("aria-label", gettext("Unsaved changes"));
    const words = document.createElement("p");
    const labels = (fields) => fields.map(([name, typed]) => typed.label || name).join(", ");
    words.textContent = interpolate(
      gettext("Unsaved changes from %(time)s: %(fields)s."), { time, fields: labels(missing) }, true,
    );
    const back = button(gettext("Restore"), () => {
      const lost = missing.filter(([name, typed]) => !putBack(name, typed));
      const except = gettext("Restored, except fields that no longer exist: %(fields)s.");
      done(lost.length ? interpolate(except, { fields: labels(lost) }, true) : gettext("Restored, not saved yet."));
    });
    const discard = button(gettext("Discard"), () => done(gettext("Discarded.")));
    notice.append(words, back, discard);
    document.getElementById("content-main").prepend(notice);

    function done(said) {
      offered = {};
      keep();
      words.textContent = said;
      words.setAttribute("role", "status");
      words.tabIndex = -1;
      back.remove();
      discard.remove();
      words.focus();
    }
  }

  function putBack(name, { value, options, seen, row }) {
    const field = fieldOf(name, { row }) ?? addedField(name);
    if (!field) return false;
    if (field.type === "checkbox") field.checked = value === "true";
    else if (field.tagName === "SELECT") choose(field, options);
    else field.value = value;
    // Also restore what the editor saw when typing, so that later changes by others are not overwritten unseen.
    const hidden = form.elements[`initial-${field.name}`];
    if (hidden && seen !== undefined) hidden.value = seen;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    window.django?.jQuery?.(field).trigger("change");
    document.dispatchEvent(new Event("archive:restored"));
    return true;
  }
}

function button(words, action) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: words });
  made.addEventListener("click", action);
  return made;
}

// --- Fields. ----------------------------------------------------------------------------------------------------------

function choose(select, options) {
  for (const option of select.options) option.selected = false;
  for (const [value, text] of options) {
    const known = [...select.options].find((option) => option.value === value);
    if (known) known.selected = true;
    else select.add(new Option(text, value, true, true));
  }
}

function changed() {
  const found = {};
  for (const field of form.elements) {
    if (!field.name || ["hidden", "submit", "button", "file"].includes(field.type) || field.name.includes("__prefix__")) continue;
    if (field.tagName === "FIELDSET" || valueOf(field) === before(field)) continue;
    found[field.name] = {
      value: valueOf(field),
      options: [...(field.selectedOptions ?? [])].map(({ value, text }) => [value, text]),
      seen: form.elements[`initial-${field.name}`]?.value,
      row: rowOf(field.name),
      label: labelOf(field),
    };
  }
  return found;
}

function valueOf(field) {
  if (!field) return undefined;
  if (field.multiple) return [...field.selectedOptions].map((option) => option.value).sort().join();
  return field.type === "checkbox" ? String(field.checked) : field.value.replaceAll("\r\n", "\n");
}

// The value in the database when the page was made; after a refused save, the form has what was typed instead.
function before(field) {
  const seen = form.elements[`initial-${field.name}`];
  if (field.type === "checkbox") return String(seen ? seen.value === "True" : field.defaultChecked && !field.name.endsWith("-DELETE"));
  if (seen) return seen.value.replaceAll("\r\n", "\n");
  return field.tagName === "SELECT" || field.name === "reason" ? "" : field.defaultValue;
}

function rowOf(name) {
  const [, set, number] = name.match(/^(\w+)-(\d+)-/) ?? [];
  return set && form.elements[`${set}-${number}-id`]?.value;
}

// Rows are found by id: their numbers shift when a photo is removed.
function fieldOf(name, { row } = {}) {
  const [, set, , rest] = name.match(/^(\w+)-(\d+)-(.+)$/) ?? [];
  if (!set || !row) return form.elements[name];
  const id = [...form.querySelectorAll(`input[name^="${set}-"][name$="-id"]`)].find((input) => input.value === row);
  return id && form.elements[id.name.replace(/id$/, rest)];
}

// A field of a photo that was being added.
function addedField(name) {
  const add = document.querySelector("#photos-group .add-row a");
  const total = form.elements["photos-TOTAL_FORMS"];
  const [, number] = name.match(/^photos-(\d+)-/) ?? [];
  while (add && Number(total.value) <= Number(number)) add.click();
  return form.elements[name];
}

function labelOf(field) {
  const label = field.labels?.[0]?.textContent.trim().replace(/:$/, "") || field.getAttribute("aria-label") || "";
  const [, set, number] = field.name.match(/^(\w+)-(\d+)-/) ?? [];
  return set === "photos" ? `${label} of photo ${Number(number) + 1}` : label;
}
