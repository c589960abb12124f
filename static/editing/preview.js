// The live preview next to an article's form, rendered by the server.

import { freshToken } from "./token.js";

const WAIT_MS = 500;
const MOST_BYTES = 1_000_000;
const WIDTH_PX = 800; // as wide as the server shows them
const copies = new WeakMap();
const form = document.getElementById("article_form");
const frame = document.querySelector("iframe[data-preview]");

if (form && frame) {
  const panel = frame.closest("details");
  const status = panel.querySelector("[data-preview-status]");
  const words = status.textContent;
  let timer = 0;
  let request = null;

  const later = () => {
    clearTimeout(timer);
    if (panel.open) timer = setTimeout(refresh, WAIT_MS);
  };

  async function refresh() {
    request?.abort();
    request = new AbortController();
    freshToken(form);
    try {
      const typed = new FormData(form);
      for (const { name, files } of form.querySelectorAll("input[type=file]")) {
        if (files[0]?.size > MOST_BYTES) typed.set(name, await smaller(files[0]), files[0].name);
      }
      const answer = await fetch(frame.dataset.preview, { method: "POST", body: typed, signal: request.signal });
      if (answer.redirected || answer.status === 403) sayLoggedOut();
      else if (answer.ok) show(await answer.text());
      else say(interpolate(gettext("No preview: the server answered %(status)s."), answer, true));
    } catch (error) {
      if (error.name !== "AbortError") say(gettext("No preview: the server does not answer."));
    }
  }

  // Large photos are too much to send each time. Those that the browser cannot read are sent as they are.
  function smaller(file) {
    if (!copies.has(file)) copies.set(file, copyOf(file).catch(() => file));
    return copies.get(file);
  }

  async function copyOf(file) {
    const picture = await createImageBitmap(file, { resizeWidth: WIDTH_PX });
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return canvas.convertToBlob({ type: "image/jpeg" });
  }

  function show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const link of page.querySelectorAll("a[href]")) link.target = "_blank";
    const now = frame.contentDocument?.querySelector("main");
    if (now && !frame.hidden) {
      const top = frame.contentWindow.scrollY;
      now.replaceWith(frame.contentDocument.adoptNode(page.querySelector("main")));
      frame.contentWindow.scrollTo({ top, behavior: "instant" });
    } else {
      frame.hidden = false;
      frame.addEventListener("load", () => {
        if (!frame.contentWindow.scrollY) frame.contentDocument.querySelector("main")?.scrollIntoView();
      }, { once: true });
      frame.srcdoc = `<!DOCTYPE html>${page.documentElement.outerHTML}`;
    }
    say(words);
  }

  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }

  function sayLoggedOut() {
    const link = Object.assign(document.createElement("a"), {
      href: "/admin/login/?next=/admin/", target: "_blank", textContent: gettext("Log in again in another tab"),
    });
    status.replaceChildren(gettext("You have been logged out. Your changes are still in the form."), " ", link);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.django?.jQuery?.(form).on("change", "select", later); // Django's selects tell only jQuery
  panel.addEventListener("toggle", () => panel.open && refresh());
  if (panel.open) refresh();
}
