// Reorder the photos of an article's form, also new ones, by dragging or with buttons; the `number` fields carry the order.

const group = document.getElementById("photos-group");
const rows = () => [...(group?.querySelectorAll(".inline-related:not(.empty-form)") ?? [])];
const fieldOf = (row, name) => row.querySelector(`[name$="-${name}"]:not([name^="initial-"])`);

if (group) {
  const news = Object.assign(document.createElement("p"), { className: "archive-news", role: "status" });
  group.querySelector("h2").after(news);
  document.addEventListener("archive:restored", sort);
  document.addEventListener("formset:added", () => rows().forEach(addTools));
  rows().forEach(addTools);
  sort();

  function addTools(row) {
    if (rows().length < 2 || !fieldOf(row, "number") || row.querySelector(".archive-order")) return;
    const tools = Object.assign(document.createElement("span"), { className: "archive-order" });
    const grip = button("⠿", gettext("Drag to another place"));
    grip.classList.add("grip");
    grip.tabIndex = -1; // the two buttons do the same from the keyboard
    grip.addEventListener("pointerdown", (event) => drag(event, row, grip));
    const earlier = button(gettext("Earlier"));
    earlier.addEventListener("click", () => move(row, -1, earlier));
    const later = button(gettext("Later"));
    later.addEventListener("click", () => move(row, 1, later));
    tools.append(grip, earlier, later);
    row.querySelector("h3").append(tools);
  }

  function button(text, label) {
    const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    if (label) made.title = label;
    return made;
  }

  function move(row, by, used) {
    const all = rows();
    const other = all[all.indexOf(row) + by];
    if (!other) return say(by < 0 ? gettext("This is the first photo.") : gettext("This is the last photo."));
    if (by < 0) other.before(row);
    else other.after(row);
    used.focus();
    row.scrollIntoView({ block: "nearest" });
    settle(row);
  }

  // The paragraph that each photo had before it was moved, so that moving it back restores it.
  const own = new WeakMap();

  // The page orders photos by paragraph, then by number: a photo moved past another one takes its neighbour's paragraph.
  function settle(row) {
    const all = rows();
    all.forEach((photo, index) => set(fieldOf(photo, "number"), index + 1));
    const at = all.indexOf(row);
    const place = fieldOf(row, "position");
    const least = at > 0 ? Number(fieldOf(all[at - 1], "position").value) : 0;
    const most = at + 1 < all.length ? Number(fieldOf(all[at + 1], "position").value) : Infinity;
    const known = own.get(row);
    const wanted = known?.given === place.value ? known.wanted : Number(place.value);
    set(place, Math.max(Math.min(wanted, most), least));
    own.set(row, { wanted, given: place.value });
    const words = place.value === "0"
      ? gettext("Photo %(number)s of %(count)s, before the first paragraph.")
      : gettext("Photo %(number)s of %(count)s, after paragraph %(paragraph)s.");
    say(interpolate(words, { number: at + 1, count: all.length, paragraph: place.value }, true));
  }

  function set(field, value) {
    if (field.value === String(value)) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function say(words) {
    news.textContent = words;
  }

  // By the fields, as loaded or restored from a draft.
  function sort() {
    const key = (row) => [Number(fieldOf(row, "position").value), Number(fieldOf(row, "number").value)];
    const wanted = rows().sort((one, other) => key(one)[0] - key(other)[0] || key(one)[1] - key(other)[1]);
    const now = rows();
    if (now.length && fieldOf(now[0], "number") && wanted.some((row, index) => row !== now[index])) now[0].before(...wanted);
  }

  // While dragging, photos are collapsed to titles and pictures.
  function drag(event, row, grip) {
    if (event.button !== 0) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    const before = rows();
    fold(true, row, event.clientY);
    const follow = ({ clientY }) => {
      const all = rows();
      const other = all.find((photo) => photo !== row && isOver(photo, clientY));
      // Move the other one: a dragged element that leaves the page loses the pointer.
      if (other && all.indexOf(other) < all.indexOf(row)) row.after(other);
      else if (other) row.before(other);
      if (clientY < 60 || clientY > innerHeight - 60) scrollBy(0, clientY < 60 ? -12 : 12);
    };
    const end = () => {
      grip.removeEventListener("pointermove", follow);
      fold(false, row, grip.getBoundingClientRect().top);
      if (rows().some((photo, index) => photo !== before[index])) settle(row);
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("lostpointercapture", end, { once: true });
  }

  function isOver(photo, y) {
    const { top, height } = photo.getBoundingClientRect();
    return y > top + height * 0.2 && y < top + height * 0.8;
  }

  function fold(isFolded, row, y) {
    group.classList.toggle("is-ordering", isFolded);
    row.classList.toggle("is-dragged", isFolded);
    scrollBy({ top: row.getBoundingClientRect().top - y + 16, behavior: "instant" });
  }
}
