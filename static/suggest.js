// Suggestions under the search field as one types, in the browser's own list. Without this script the field works as well.
"use strict";

const WAIT_MS = 150;

for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("datalist");
  list.id = "suggestions";
  field.after(list);
  field.setAttribute("list", list.id);
  let timer = 0;
  let asked = "";

  const suggest = async () => {
    const typed = field.value.trim();
    if (typed === asked) return;
    asked = typed;
    const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`).catch(() => null);
    if (!answer || !answer.ok) return;
    const [of, texts, words] = await answer.json();
    if (of.trim() !== field.value.trim()) return;  // typed on meanwhile
    list.replaceChildren(...texts.map((text, index) => new Option(words[index], text)));
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, WAIT_MS);
  });
}
