"use strict";
// The page's only script. Texts reach the page as text nodes, never as markup.
(() => {
  const PAGE = 50;
  const MOST_LINES = 3000;
  const ROW = { id: 0, title: 1, outlet: 2, date: 3, lang: 4, kept: 5, removed: 6, reasons: 7, decisions: 8, least: 9, copyOf: 10, embedded: 11 };
  const REMOVAL = { stage: 0, reason: 1, score: 2, why: 3, kept: 4, marked: 5, start: 6 };
  const SOURCE = { doc: 0, outlet: 1, start: 2, end: 3, similarity: 4, kind: 5, framing: 6 };

  const $ = (id) => document.getElementById(id);
  const index = JSON.parse($("index").textContent);
  const { rows, outlets, stages, reasons, sentences } = index;
  const colours = new Map(stages.map(([stage, , colour]) => [stage, colour]));
  const names = new Map(stages.map(([stage, name]) => [stage, name]));
  const meanings = new Map(reasons);

  /** An element with attributes and children; strings become text. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
  /** Control and steering characters written out. */
  const shown = (text) => String(text).replace(HIDDEN, (c) => {
    const code = c.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\\u" + code.toString(16).padStart(4, "0");
  });

  const count = (n) => n.toLocaleString("en");
  const sum = (list) => list.reduce((a, b) => a + b, 0);
  const size = (row) => row[ROW.kept] + sum(row[ROW.removed]);
  const share = (part, whole) => (!whole ? "" : part ? (100 * part / whole).toFixed(1) + "\u00a0%" : "0\u00a0%");
  const plural = (n, word) => `${count(n)} ${word}${n === 1 ? "" : "s"}`;
  const nameOf = (row) => row[ROW.title] || row[ROW.id];
  const codePoints = (text) => { let n = 0; for (const _ of text) n += 1; return n; };

  function bar(row) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "bar");
    svg.setAttribute("role", "img");
    const total = size(row);
    const parts = [["Kept", "c-kept", row[ROW.kept]], ...stages.map(([, name, colour], i) => [name, colour, row[ROW.removed][i]])];
    let at = 0;
    const label = [];
    for (const [name, colour, n] of parts) {
      if (!n) continue;
      const rect = document.createElementNS(space, "rect");
      rect.setAttribute("class", colour);
      rect.setAttribute("x", (100 * at / total).toFixed(3) + "%");
      rect.setAttribute("width", (100 * n / total).toFixed(3) + "%");
      rect.setAttribute("height", "100%");
      svg.append(rect);
      at += n;
      label.push(`${name} ${share(n, total)}`);
    }
    svg.setAttribute("aria-label", label.join(", ") || "empty");
    return svg;
  }

  // The list of documents ------------------------------------------------------------------------------------

  const KEYS = {
    title: (row) => nameOf(row).toLowerCase(),
    outlet: (row) => outlets[row[ROW.outlet]].toLowerCase(),
    date: (row) => row[ROW.date],
    size,
    kept: (row) => (size(row) ? row[ROW.kept] / size(row) : 0),
    decisions: (row) => row[ROW.decisions],
    least: (row) => (row[ROW.least] === null ? 2 : row[ROW.least]),
  };
  const view = { found: rows.map((_, i) => i), page: 0, sort: null, down: false };
  const hay = rows.map((row) => `${row[ROW.title]}\n${row[ROW.id]}\n${outlets[row[ROW.outlet]]}`.toLowerCase());

  /** Whether the text of a document holds the words, by its JSON: nothing is parsed for a search. */
  function textHolds(i, words) {
    const island = $("text-" + i);
    if (!island) return false;
    const text = island.textContent.toLowerCase();
    return words.every((w) => text.includes(JSON.stringify(w).slice(1, -1).replace(/[<>&]/g, (c) => "\\u00" + c.charCodeAt(0).toString(16))));
  }

  function search() {
    const words = $("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const deep = $("in-texts").checked;
    const outlet = $("by-outlet").value;
    const reason = $("by-reason").value;
    view.found = [];
    rows.forEach((row, i) => {
      if (outlet !== "" && row[ROW.outlet] !== Number(outlet)) return;
      if (reason !== "" && !row[ROW.reasons].includes(Number(reason))) return;
      if (words.every((w) => hay[i].includes(w)) || (deep && textHolds(i, words))) view.found.push(i);
    });
    order();
    view.page = 0;
    list();
  }

  function order() {
    if (!view.sort) return;
    const key = KEYS[view.sort];
    const keyed = view.found.map((i) => [key(rows[i]), i]);
    const sign = view.down ? -1 : 1;
    keyed.sort(([a, i], [b, j]) => (a < b ? -sign : a > b ? sign : i - j));
    view.found = keyed.map(([, i]) => i);
  }

  function list() {
    const pages = Math.max(1, Math.ceil(view.found.length / PAGE));
    view.page = Math.min(Math.max(0, view.page), pages - 1);
    const here = view.found.slice(view.page * PAGE, (view.page + 1) * PAGE);
    $("list").tBodies[0].replaceChildren(...here.map(listRow));
    $("found").textContent = `${count(view.found.length)} of ${plural(rows.length, "document")}`;
    const back = make("button", { type: "button" }, "Earlier");
    const on = make("button", { type: "button" }, "Later");
    back.disabled = view.page === 0;
    on.disabled = view.page === pages - 1;
    back.addEventListener("click", () => { view.page -= 1; list(); });
    on.addEventListener("click", () => { view.page += 1; list(); });
    $("pager").replaceChildren(...(pages > 1 ? [back, make("span", {}, `page ${view.page + 1} of ${pages}`), on] : []));
  }

  function listRow(i) {
    const row = rows[i];
    const total = size(row);
    const title = make("td", {}, make("a", { href: `#d${i}`, dir: "auto" }, shown(nameOf(row))));
    if (row[ROW.title]) title.append(make("small", { dir: "auto" }, shown(row[ROW.id])));
    if (row[ROW.copyOf] !== null) {
      title.append(make("small", {}, "a copy of ", documentLink(row[ROW.copyOf])));
    }
    return make("tr", {},
      title,
      make("td", { dir: "auto" }, shown(outlets[row[ROW.outlet]])),
      make("td", { class: "date" }, shown(row[ROW.date].slice(0, 10))),
      make("td", { class: "num" }, count(total)),
      make("td", { class: "num" }, total ? share(row[ROW.kept], total) : "empty"),
      make("td", {}, total ? bar(row) : ""),
      make("td", { class: "num" }, count(row[ROW.decisions])),
      make("td", { class: "num" }, row[ROW.least] === null ? "" : row[ROW.least].toFixed(2)));
  }

  /** A link to a document in the table, or its id where it is not there. */
  function documentLink(place, start, end) {
    if (typeof place !== "number") return make("span", { dir: "auto" }, shown(place));
    const at = start === undefined || start === null ? "" : `@${start}` + (end ? `-${end}` : "");
    return make("a", { href: `#d${place}${at}`, dir: "auto" }, shown(nameOf(rows[place])));
  }

  function startList() {
    outlets.forEach((name, i) => { if (rows.some((row) => row[ROW.outlet] === i)) $("by-outlet").append(make("option", { value: i }, shown(name) || "(none)")); });
    reasons.forEach(([key], i) => $("by-reason").append(make("option", { value: i }, shown(key))));
    let waiting = 0;
    $("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 120); });
    for (const id of ["in-texts", "by-outlet", "by-reason"]) $(id).addEventListener("change", search);
    $("filters").addEventListener("submit", (event) => { event.preventDefault(); search(); });
    for (const head of $("list").querySelectorAll("th[data-sort]")) {
      head.querySelector("button").addEventListener("click", () => {
        const key = head.dataset.sort;
        view.down = view.sort === key ? !view.down : ["size", "decisions"].includes(key);
        view.sort = key;
        for (const other of $("list").querySelectorAll("th")) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", view.down ? "descending" : "ascending");
        order();
        view.page = 0;
        list();
      });
    }
    for (const button of document.querySelectorAll("button[data-reason]")) {
      button.addEventListener("click", () => {
        const wanted = reasons.findIndex(([key]) => shown(key) === button.dataset.reason);
        $("by-reason").value = String(wanted);
        search();
        $("documents").scrollIntoView();
        $("by-reason").focus({ preventScroll: true });
      });
    }
    list();
  }

  // Who shares with whom ---------------------------------------------------------------------------------------

  function sourceItem(source, first) {
    const what = first ? "kept" : source[SOURCE.kind] || "copy";
    return make("li", {}, `${shown(what)}: `, make("span", { dir: "auto" }, shown(outlets[source[SOURCE.outlet]])), ", ",
      documentLink(source[SOURCE.doc], source[SOURCE.start], source[SOURCE.end]),
      first ? null : make("span", { class: "dim" }, ` similarity ${source[SOURCE.similarity].toFixed(2)}`),
      source[SOURCE.framing] ? make("span", { class: "dim", dir: "auto" }, ` “${shown(source[SOURCE.framing])}”`) : null);
  }

  function startMap() {
    for (const button of document.querySelectorAll("button[data-pair]")) {
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        const [a, b] = button.dataset.pair.split(",").map((n) => index.map[Number(n)]);
        const pair = index.pairs.find(([x, y]) => x === a && y === b);
        for (const other of document.querySelectorAll("button[data-pair]")) other.setAttribute("aria-pressed", String(other === button));
        const items = pair[2].map((n) => make("li", {}, make("q", { dir: "auto" }, shown(sentences[n][0])),
          make("ul", {}, ...sentences[n][1].slice(0, 50).map((s, i) => sourceItem(s, i === 0)))));
        const where = a === b ? `Repeated inside ${shown(outlets[a])}` : `First in ${shown(outlets[a])}, also in ${shown(outlets[b])}`;
        const few = pair[2].length < pair[3] ? `${pair[2].length} of ${count(pair[3])} sentences` : plural(pair[3], "sentence");
        $("pair").replaceChildren(make("h3", {}, `${where}: ${few}`), make("ol", {}, ...items));
        $("pair").hidden = false;
        $("pair").focus({ preventScroll: true });
        $("pair").scrollIntoView({ block: "nearest" });
      });
    }
  }

  // One document -------------------------------------------------------------------------------------------------

  const viewer = $("viewer");
  const open = { row: -1, record: null, pressed: null, back: null };
  let keptHere = null;

  /** Shared sentences whose kept copy stands in document ``i``: [start, end, number]. */
  function sharedIn(i) {
    if (!keptHere) {
      keptHere = new Map();
      sentences.forEach(([, sources], n) => {
        const [doc, , start, end] = sources[0];
        if (typeof doc === "number") keptHere.set(doc, [...(keptHere.get(doc) || []), [start, end, n]]);
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
        removed += 1;
        const removal = open.record.removals[piece[0]];
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
    const state = removal[REMOVAL.marked] ? "Marked" : "Removed";
    const mark = make("mark", { class: colours.get(removal[REMOVAL.stage]) || "c-other", tabindex: "0", role: "button", "aria-pressed": "false" },
      make("span", { class: "sr" }, `${state}, ${shown(removal[REMOVAL.reason])}: `), shown(words));
    mark.dataset.removal = n;
    return mark;
  }

  // The panel beside the text -----------------------------------------------------------------------------------

  function summary() {
    const row = rows[open.row];
    const total = size(row);
    const facts = make("dl", {});
    const add = (name, ...value) => facts.append(make("dt", {}, name), make("dd", { dir: "auto" }, ...value));
    add("Kept", `${count(row[ROW.kept])} of ${count(total)}`);
    stages.forEach(([, name], i) => { if (row[ROW.removed][i]) add(shown(name), count(row[ROW.removed][i])); });
    if (open.record) {
      add("Read from", shown(open.record.path));
      if (open.record.url) add("URL", shown(open.record.url));
    }
    if (row[ROW.copyOf] !== null) add("A copy of", documentLink(row[ROW.copyOf]));
    $("panel").replaceChildren(make("h3", {}, "This document"), facts,
      make("p", { class: "dim" }, "Choose a highlighted passage to see why it was removed, an underlined one to see who else carries it, or a line number for a rule that would remove the line."));
  }

  const TOML_LIMIT = 4000;
  const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
  const toml = (text) => JSON.stringify(text).replace(/\u007f/g, "\\u007f");
  const fold = (text) => text.trim().replace(/\s+/g, " ");

  /** A rule that overrules the decision about a line; null where TOML cannot hold the text. */
  function ruleFor(line, action) {
    const text = fold(line);
    if (!text || text.length > TOML_LIMIT || LONE.test(text)) return null;
    const outlet = outlets[rows[open.row][ROW.outlet]];
    return ["[[rule]]", `line = ${toml(text)}`, outlet ? `outlet = ${toml(outlet)}` : null, `action = "${action}"`].filter(Boolean).join("\n") + "\n";
  }

  const textOfLine = (n) => open.record.lines[n].slice(1).map((p) => (typeof p === "string" ? p : p[1])).join("");

  function ruleBox(line, action) {
    const rule = ruleFor(line, action);
    if (rule === null) return make("p", { class: "dim" }, "This line is too long, or not valid Unicode, for a rule; write one with a pattern.");
    return copyBox(rule, action === "keep" ? "To keep this line:" : "To remove this line:", "Put it at the end of the file that --config names and run again.");
  }

  /** What would overrule a decision of a stage that no rule steers; a rule where one does. */
  function remedy(stage, line, marked) {
    const outlet = outlets[rows[open.row][ROW.outlet]];
    const first = "Put it at the top of the file that --config names and run again.";
    if (marked) return copyBox('duplicates = "drop"\n', "To remove the copies that are marked:", first);
    if (stage === "language") return copyBox("remove_foreign = false\n", "To keep paragraphs in other languages:", first);
    if (stage !== "dedup") return ruleBox(line, "keep");
    if (!outlet || LONE.test(outlet)) return copyBox('duplicates = "mark"\n', "To keep all copies, and mark them:", first);
    return copyBox(`keep = "outlets"\noutlet_order = [${toml(outlet)}]\n`, "To keep the copies of this outlet instead of others':", `${first} duplicates = "mark" keeps all copies.`);
  }

  function copyBox(rule, lead, where) {
    const box = make("textarea", { readonly: "", rows: String(rule.split("\n").length + 1), spellcheck: "false", "aria-label": "Text for the configuration file" });
    box.value = rule;
    const button = make("button", { type: "button", class: "copy" }, "Copy");
    const said = make("span", { role: "status", class: "dim" });
    button.addEventListener("click", async () => {
      box.select();
      let done = false;
      try { await navigator.clipboard.writeText(rule); done = true; } catch { done = document.execCommand("copy"); }
      said.textContent = done ? "Copied." : "Press Ctrl+C.";
    });
    return make("div", {}, make("p", {}, lead), box, make("div", { class: "buttons" }, button, said),
      make("p", { class: "dim" }, where));
  }

  function press(element) {
    if (open.pressed) open.pressed.setAttribute("aria-pressed", "false");
    element.setAttribute("aria-pressed", "true");
    open.pressed = element;
  }

  /** The sentence that was kept instead, to compare. */
  function keptText(kept) {
    if (!kept || typeof kept[0] !== "number") return null;
    const found = sharedIn(kept[0]).find(([start]) => start === kept[1]);
    return found ? make("div", {}, make("p", { class: "dim" }, "The kept sentence:"), make("blockquote", { dir: "auto" }, shown(sentences[found[2]][0]))) : null;
  }

  function whyList(removal) {
    const kept = removal[REMOVAL.kept];
    const items = removal[REMOVAL.why].map((text) => make("li", { dir: "auto" }, shown(text)));
    if (kept && typeof kept[0] === "number") {
      const link = documentLink(kept[0], kept[1], kept[2]);
      link.classList.add("kept-copy");
      items.push(make("li", {}, "go to the kept copy: ", link));
    }
    return make("div", {}, make("ul", {}, ...items), keptText(kept));
  }

  function showRemoval(mark) {
    const removal = open.record.removals[mark.dataset.removal];
    const [stage, reason, score] = removal;
    press(mark);
    const n = Number(mark.closest(".line").querySelector(".n").dataset.line);
    $("panel").replaceChildren(
      make("h3", {}, `${removal[REMOVAL.marked] ? "Marked" : "Removed"}: ${shown(reason)}`),
      make("p", {}, `${shown(names.get(stage) || stage)}. ${meanings.get(`${stage}/${reason}`) || ""}`),
      make("p", {}, "Score ", make("strong", {}, score.toFixed(2)), make("span", { class: "dim" }, " of 1")),
      whyList(removal), remedy(stage, textOfLine(n), removal[REMOVAL.marked]));
  }

  function showShared(span) {
    press(span);
    const sources = sentences[span.dataset.sentence][1];
    const n = Number(span.closest(".line").querySelector(".n").dataset.line);
    $("panel").replaceChildren(make("h3", {}, "Kept, and carried elsewhere"),
      make("ul", {}, ...sources.slice(0, 100).map((s, i) => sourceItem(s, i === 0))),
      ruleBox(textOfLine(n), "remove"));
  }

  function showLine(button) {
    const n = Number(button.dataset.line);
    press(button);
    const line = open.record.lines[n];
    const removed = line.slice(1).filter((p) => typeof p !== "string");
    const action = removed.length ? "keep" : "remove";
    $("panel").replaceChildren(make("h3", {}, `Line ${n + 1}: ${removed.length ? (removed.length === line.length - 1 ? "removed" : "removed in part") : "kept"}`),
      ...removed.map(([i]) => make("div", {}, make("p", {}, shown(open.record.removals[i][REMOVAL.reason])), whyList(open.record.removals[i]))),
      action === "keep" ? remedy(open.record.removals[removed[0][0]][REMOVAL.stage], textOfLine(n), open.record.removals[removed[0][0]][REMOVAL.marked]) : ruleBox(textOfLine(n), "remove"));
  }

  // The tip at a passage -----------------------------------------------------------------------------------------

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
})();
