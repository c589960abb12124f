// Enter several tags in a row: choosing one opens the search for the next; Escape ends it.

const group = document.getElementById("taggings-group");
const jQuery = window.django?.jQuery;
const isAdded = (select) => /^taggings-\d+-tag$/.test(select?.name ?? "") && select.tagName === "SELECT";

if (group && jQuery) {
  document.addEventListener("formset:added", ({ target }) => {
    const select = target.querySelector?.("select");
    if (isAdded(select)) setTimeout(() => select.value || jQuery(select).select2("open")); // a restored one has a value
  });
  jQuery(group).on("select2:select", "select", ({ target }) => {
    const rows = [...group.querySelectorAll("select")].filter(isAdded);
    if (rows.at(-1) === target) group.querySelector(".add-row a")?.click();
  });
}
