// The list of documents: search, filters, order, pages.

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
