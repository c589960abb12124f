// Django's selects with a search show a box of their own; it gets the name of the field that it stands for.

const name = () => {
  for (const box of document.querySelectorAll(".select2-selection:not([aria-label])")) {
    const select = box.closest(".select2-container")?.previousElementSibling;
    const label = select?.getAttribute("aria-label") ?? select?.labels?.[0]?.textContent.trim().replace(/:$/, "");
    if (!label) continue;
    box.setAttribute("aria-label", label);
    box.querySelector("[role=textbox]")?.setAttribute("aria-label", label);
  }
};

window.django?.jQuery?.(name); // after those that Django has asked for before: the boxes are there
document.addEventListener("formset:added", () => setTimeout(name));
