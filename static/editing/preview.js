// The preview beside an article's form: the page as the form stands, made by the server, shown while one types.

import { freshToken } from "./token.js";

const WAIT_MS = 500;
const form = document.getElementById("article_form");
const frame = document.querySelector("iframe[data-preview]");

if (form && frame) {
  const panel = frame.closest("details");
  const status = panel.querySelector("[data-preview-status]");
  const words = status.textContent;
  let timer = 0;
  let asked = null;

  const later = () => {
    clearTimeout(timer);
    if (panel.open) timer = setTimeout(refresh, WAIT_MS);
  };

  async function refresh() {
    asked?.abort();
    asked = new AbortController();
    freshToken(form);
    try {
      const answer = await fetch(frame.dataset.preview, {
        method: "POST", body: new FormData(form), signal: asked.signal,
      });
      if (answer.redirected || answer.status === 403) sayLoggedOut();
      else if (answer.ok) show(await answer.text());
      else say(`No preview: the server answered ${answer.status}.`);
    } catch (error) {
      if (error.name !== "AbortError") say("No preview: the server does not answer.");
    }
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
      href: "/admin/login/?next=/admin/", target: "_blank", textContent: "Log in again in another tab",
    });
    status.replaceChildren("You have been logged out. ", link, ", then go on here: what you typed stays.");
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  window.django?.jQuery?.(form).on("change", "select", later); // what is chosen in Django's selects is told to jQuery alone
  panel.addEventListener("toggle", () => panel.open && refresh());
  if (panel.open) refresh();
}
