// Who shares with whom: the sentences behind a number of the map.

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
