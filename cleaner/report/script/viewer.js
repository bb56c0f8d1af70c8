// One document: its lines, what was removed from them, and the place that was asked for.

const viewer = $("viewer");
const open = { row: -1, record: null, pressed: null, back: null };
let keptHere = null;

/** Shared sentences whose kept copy stands in document ``i``: [start, end, number]. */
function sharedIn(i) {
  if (!keptHere) {
    keptHere = new Map();
    sentences.forEach(([, sources], n) => {
      const [doc, , start, end] = sources[0];
      if (typeof doc !== "number") return;
      if (!keptHere.has(doc)) keptHere.set(doc, []);
      keptHere.get(doc).push([start, end, n]);
    });
  }
  return (keptHere.get(i) || []).sort((a, b) => a[0] - b[0]);
}

function openDocument(i, start, end) {
  const row = rows[i];
  if (!row) return;
  hideTip();
  if (!viewer.open) open.back = document.activeElement;
  open.row = i;
  const island = $("text-" + i);
  open.record = island ? JSON.parse(island.textContent) : null;
  $("viewer-title").textContent = shown(nameOf(row));
  $("viewer-meta").textContent = [row[ROW.id], outlets[row[ROW.outlet]], row[ROW.date].slice(0, 10), row[ROW.lang]].filter(Boolean).map(shown).join(" · ");
  const at = view.found.indexOf(i);
  $("previous").disabled = at <= 0;
  $("next").disabled = at < 0 || at === view.found.length - 1;
  if (!viewer.open) viewer.showModal();
  summary();
  $("text").scrollTop = 0;
  if (!open.record) {
    $("text").replaceChildren(make("p", { class: "line" }, "", `The text of this document is not in this page. cleaner show OUT ${JSON.stringify(row[ROW.id])} prints it.`));
    return;
  }
  renderText(0, start, end);
  const target = $("text").querySelector(".target");
  if (target) {
    target.scrollIntoView({ block: "center" });
    if (target.tagName === "MARK" || target.classList.contains("shared")) { target.focus({ preventScroll: true }); target.click(); }
  } else {
    $("viewer-title").focus();
  }
}

function renderText(from, start, end) {
  const { lines, left_out: leftOut } = open.record;
  const stop = start === undefined ? from + MOST_LINES : lines.length;
  const ranges = sharedIn(open.row).map(([s, e, n]) => ({ start: s, end: e, sentence: n }));
  const parts = [];
  for (let n = from; n < Math.min(stop, lines.length); n += 1) parts.push(lineOf(n, lines[n], ranges, start, end));
  if (stop < lines.length) {
    const more = make("button", { type: "button" }, `Show ${count(Math.min(MOST_LINES, lines.length - stop))} more lines`);
    more.addEventListener("click", () => { more.remove(); renderText(stop); });
    parts.push(more);
  } else if (leftOut) {
    parts.push(make("p", { class: "line dim" }, "", `${count(leftOut)} more characters are not in this page; cleaner show prints them.`));
  }
  if (from) $("text").append(...parts); else $("text").replaceChildren(...parts);
  const first = $("text").querySelector(".n");
  if (first && !from) first.tabIndex = 0;
}

function lineOf(n, line, ranges, start, end) {
  if (!line) return make("div", { class: "line blank" });
  const text = make("div", { class: "t", dir: "auto" });
  const why = make("div", { class: "w", "aria-hidden": "true" });
  let at = line[0];
  let removed = 0;
  for (const piece of line.slice(1)) {
    const words = typeof piece === "string" ? piece : piece[1];
    const length = codePoints(words);
    if (typeof piece === "string") {
      text.append(...keptPieces(words, at, length, ranges, start, end));
    } else {
      const removal = open.record.removals[piece[0]];
      removed += removal[REMOVAL.action] !== KEPT;
      const mark = removalMark(piece[0], removal, words);
      if (start !== undefined && start < at + length && (end || start + 1) > at) mark.classList.add("target");
      text.append(mark);
      why.append(make("span", {}, shown(removal[REMOVAL.reason])));
    }
    at += length;
  }
  const whole = removed === line.length - 1;
  const state = removed ? (whole ? "removed" : "removed in part") : "kept";
  const number = make("button", { type: "button", class: "n", tabindex: "-1", "aria-label": `Line ${n + 1}, ${state}` }, String(n + 1));
  number.dataset.line = n;
  return make("div", { class: "line" }, number, text, why);
}

/** Kept text, cut where a shared sentence or the place that was asked for begins and ends. */
function keptPieces(words, at, length, ranges, start, end) {
  const near = ranges.filter((r) => r.start < at + length && r.end > at);
  const wanted = start !== undefined && start < at + length && (end || start + 1) > at ? [{ start, end: end || start + 1 }] : [];
  if (!near.length && !wanted.length) return [document.createTextNode(shown(words))];
  const points = Array.from(words);
  const cuts = new Set([0, length]);
  for (const r of [...near, ...wanted]) { cuts.add(Math.max(0, r.start - at)); cuts.add(Math.min(length, r.end - at)); }
  const sorted = [...cuts].sort((a, b) => a - b);
  const out = [];
  for (let i = 0; i + 1 < sorted.length; i += 1) {
    const text = shown(points.slice(sorted[i], sorted[i + 1]).join(""));
    const inside = (r) => r.start - at <= sorted[i] && r.end - at >= sorted[i + 1];
    const shared = near.find(inside);
    const target = wanted.some(inside);
    if (!shared && !target) { out.push(document.createTextNode(text)); continue; }
    const span = make("span", {}, text);
    if (target) span.classList.add("target");
    if (shared) {
      span.classList.add("shared");
      span.tabIndex = 0;
      span.setAttribute("role", "button");
      span.dataset.sentence = shared.sentence;
    }
    out.push(span);
  }
  return out;
}

function removalMark(n, removal, words) {
  const state = ACTIONS[removal[REMOVAL.action]];
  const colour = removal[REMOVAL.action] === KEPT ? "c-kept" : colours.get(removal[REMOVAL.stage]) || "c-other";
  const mark = make("mark", { class: colour, tabindex: "0", role: "button", "aria-pressed": "false" },
    make("span", { class: "sr" }, `${state}, ${shown(removal[REMOVAL.reason])}: `), shown(words));
  mark.dataset.removal = n;
  return mark;
}
