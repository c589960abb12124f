// The original next to an article's form: open on wide screens; each line links to its field and back. So do the links
// at the head of the form.

const WIDE = "(min-width: 1100px)";
const panels = document.querySelector(".archive-beside");
const lines = [...document.querySelectorAll(".archive-lines li[data-target]")];
const body = document.getElementById("id_body");

if (panels && matchMedia(WIDE).matches) {
  const wanted = sessionStorage.getItem("beside") === "preview" ? ".archive-preview" : ".archive-source";
  const panel = panels.querySelector(wanted) ?? panels.querySelector("details");
  if (panel) panel.open = true;
}
panels?.querySelector(".archive-preview")?.addEventListener("toggle", ({ target }) => {
  sessionStorage.setItem("beside", target.open ? "preview" : "original");
});

for (const link of document.querySelectorAll(".archive-lines a.kept, .archive-found a, .archive-jump a, .errornote a")) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    for (let part = field; (part = part.parentElement?.closest("details")); ) part.open = true;
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
    if (field === body) selectWords(link.parentElement.querySelector(".words")?.textContent.trim() ?? "");
  });
}

// If staff have rewritten the paragraph, its line links to the whole text.
function selectWords(words) {
  const start = words ? body.value.indexOf(words) : -1;
  if (start < 0) return;
  body.setSelectionRange(start, start); // so that the browser scrolls there
  body.blur();
  body.focus();
  body.setSelectionRange(start, start + words.length);
}

document.getElementById("article_form")?.addEventListener("focusin", ({ target }) => mark(target));
for (const kind of ["keyup", "click"]) body?.addEventListener(kind, () => mark(body));

function mark(field) {
  const here = lines.filter((line) => line.dataset.target === field.id && (field !== body || isAtCaret(line)));
  for (const line of lines) line.classList.toggle("is-here", here.includes(line));
  const list = here[0]?.parentElement;
  if (list && list.scrollHeight > list.clientHeight) {
    list.scrollTop = here[0].offsetTop - list.offsetTop - list.clientHeight / 3;
  }
}

function isAtCaret(line) {
  const words = line.querySelector(".words").textContent.trim();
  const start = words ? body.value.indexOf(words) : -1;
  return start >= 0 && start <= body.selectionStart && body.selectionStart <= start + words.length;
}
