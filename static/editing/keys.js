// Ctrl+S, or Cmd+S on a Mac, saves an article's form and returns to the same place.

const form = document.getElementById("article_form");
const button = form?.querySelector("[name=_continue]");
const hint = document.querySelector("[data-save-hint]");
const kept = `place:${location.pathname}`;

if (button && hint) {
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  hint.querySelector("[data-save-key]").textContent = isMac ? "⌘S" : "Ctrl+S";
  hint.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (!(isMac ? event.metaKey : event.ctrlKey) || event.shiftKey || event.altKey) return;
    if (event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    if (!event.repeat) form.requestSubmit(button);
  });
  form.addEventListener("submit", ({ submitter }) => submitter === button && keepPlace());
  goOn();
}

function keepPlace() {
  const { activeElement: field } = document;
  const at = field?.tagName === "TEXTAREA" ? [field.selectionStart, field.selectionEnd] : null;
  sessionStorage.setItem(kept, JSON.stringify({ top: scrollY, id: field?.id, at, inner: field?.scrollTop }));
}

function goOn() {
  const place = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  sessionStorage.removeItem(kept);
  const saved = document.querySelector(".messagelist .success, .messagelist .info");
  if (!place || !saved) return;
  const field = place.id ? document.getElementById(place.id) : null;
  field?.focus({ preventScroll: true });
  if (field && place.at) field.setSelectionRange(...place.at);
  if (field && place.inner) field.scrollTop = place.inner;
  scrollTo({ top: place.top, behavior: "instant" });
  const warned = document.querySelector(".messagelist .warning");
  const now = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const words = saved.matches(".info") ? gettext("Nothing was changed") : warned ? warned.textContent.trim() : gettext("Saved");
  hint.prepend(`${words}, ${now}. `);
}
