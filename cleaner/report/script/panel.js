// The panel beside the text: why, by what evidence, and what would overrule it.

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
/** White space as Python folds it, so that a rule finds the line it was copied from. */
const fold = (text) => text.replace(/[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g, " ").replace(/^ | $/g, "");

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

/** What would overrule a decision. */
function remedy(removal, line) {
  const action = ACTIONS[removal[REMOVAL.action]];
  if (action === "Marked") return copyBox('duplicates = "drop"\n', "To remove the copies that are marked:", "Put it at the top of the file that --config names and run again.");
  if (removal[REMOVAL.action] === KEPT) return make("p", { class: "dim" }, "Without that rule it would be gone.");
  return ruleBox(line, "keep");
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
    make("h3", {}, `${ACTIONS[removal[REMOVAL.action]]}: ${shown(reason)}`),
    make("p", {}, `${shown(names.get(stage) || stage)}. ${meanings.get(`${stage}/${reason}`) || ""}`),
    make("p", {}, "Score ", make("strong", {}, score.toFixed(2)), make("span", { class: "dim" }, " of 1")),
    whyList(removal), remedy(removal, textOfLine(n)));
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
  const found = line.slice(1).filter((p) => typeof p !== "string");
  const removed = found.filter(([i]) => open.record.removals[i][REMOVAL.action] !== KEPT);
  $("panel").replaceChildren(make("h3", {}, `Line ${n + 1}: ${removed.length ? (removed.length === line.length - 1 ? "removed" : "removed in part") : "kept"}`),
    ...found.map(([i]) => make("div", {}, make("p", {}, shown(open.record.removals[i][REMOVAL.reason])), whyList(open.record.removals[i]))),
    found.length ? remedy(open.record.removals[(removed[0] || found[0])[0]], textOfLine(n)) : ruleBox(textOfLine(n), "remove"));
}
