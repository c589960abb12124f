// Label the search boxes of Django's autocomplete selects for screen readers.

const name = () => {
  for (const box of document.querySelectorAll(".select2-selection:not([aria-label])")) {
    const select = box.closest(".select2-container")?.previousElementSibling;
    const label = select?.getAttribute("aria-label") ?? select?.labels?.[0]?.textContent.trim().replace(/:$/, "");
    if (!label) continue;
    box.setAttribute("aria-label", label);
    box.querySelector("[role=textbox], [role=searchbox]")?.setAttribute("aria-label", label);
  }
};

window.django?.jQuery?.(name); // after Django's own, when the boxes exist
document.addEventListener("formset:added", () => setTimeout(name));
