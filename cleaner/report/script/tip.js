// The tip at a passage, the keyboard, and the page's start.

const tip = $("tip");
function showTip(element) {
  const parts = [];
  if (element.dataset.removal !== undefined) {
    const removal = open.record.removals[element.dataset.removal];
    parts.push(make("p", {}, make("strong", {}, shown(removal[REMOVAL.reason])), ` ${shown(names.get(removal[REMOVAL.stage]) || removal[REMOVAL.stage])}, score ${removal[REMOVAL.score].toFixed(2)}`));
    parts.push(...removal[REMOVAL.why].slice(0, 6).map((text) => make("p", { dir: "auto" }, shown(text))));
  } else {
    const others = sentences[element.dataset.sentence][1].slice(1);
    parts.push(make("p", {}, `Kept; also in ${shown([...new Set(others.map((s) => outlets[s[SOURCE.outlet]]))].slice(0, 6).join(", "))}`));
  }
  tip.replaceChildren(...parts);
  tip.hidden = false;
  element.setAttribute("aria-describedby", "tip");
  const box = element.getBoundingClientRect();
  const frame = viewer.getBoundingClientRect();
  const below = box.bottom + 8 + tip.offsetHeight < frame.bottom;
  tip.style.left = Math.max(8, Math.min(box.left - frame.left, frame.width - tip.offsetWidth - 8)) + "px";
  tip.style.top = Math.max(4, below ? box.bottom - frame.top + 6 : box.top - frame.top - tip.offsetHeight - 6) + "px";
}
function hideTip() { tip.hidden = true; }

const passage = (event) => (event.target instanceof Element ? event.target.closest("mark[data-removal], .shared") : null);

function activate(element) {
  hideTip();
  if (element.dataset.removal !== undefined) showRemoval(element); else showShared(element);
}

function moveLine(button, step) {
  const all = [...$("text").querySelectorAll(".n")];
  const other = all[all.indexOf(button) + step];
  if (!other) return;
  button.tabIndex = -1;
  other.tabIndex = 0;
  other.focus();
}

function startViewer() {
  const text = $("text");
  text.addEventListener("mouseover", (event) => { const p = passage(event); if (p) showTip(p); else hideTip(); });
  text.addEventListener("mouseleave", hideTip);
  text.addEventListener("focusin", (event) => { const p = passage(event); if (p) showTip(p); else hideTip(); });
  text.addEventListener("focusout", hideTip);
  text.addEventListener("scroll", hideTip, { passive: true });
  text.addEventListener("click", (event) => {
    const p = passage(event);
    if (p) activate(p);
    else if (event.target instanceof Element && event.target.matches(".n")) showLine(event.target);
  });
  text.addEventListener("keydown", (event) => {
    const p = passage(event);
    if (p && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); activate(p); }
    if (event.target.matches(".n") && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      moveLine(event.target, event.key === "ArrowDown" ? 1 : -1);
    }
  });
  const step = (by) => { location.hash = `d${view.found[view.found.indexOf(open.row) + by]}`; };
  $("previous").addEventListener("click", () => step(-1));
  $("next").addEventListener("click", () => step(1));
  $("close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("cancel", (event) => { if (!tip.hidden) { event.preventDefault(); hideTip(); } });
  viewer.addEventListener("close", () => {
    history.replaceState(null, "", location.pathname + location.search);
    if (open.back && open.back.isConnected) open.back.focus({ preventScroll: true });
  });
}

function follow() {
  const found = /^#d(\d+)(?:@(\d+)(?:-(\d+))?)?$/.exec(location.hash);
  if (found) openDocument(Number(found[1]), found[2] === undefined ? undefined : Number(found[2]), found[3] === undefined ? undefined : Number(found[3]));
  else if (viewer.open) viewer.close();
}

startList();
startMap();
startViewer();
window.addEventListener("hashchange", follow);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !viewer.open && !event.target.matches("input, textarea, select")) { event.preventDefault(); $("search").focus(); }
});
follow();
