// Helpers and data. Texts reach the page as text nodes, never as markup.

const PAGE = 50;
const MOST_LINES = 3000;
const ROW = { id: 0, title: 1, outlet: 2, date: 3, lang: 4, kept: 5, removed: 6, reasons: 7, decisions: 8, least: 9, copyOf: 10, embedded: 11 };
const REMOVAL = { stage: 0, reason: 1, score: 2, why: 3, kept: 4, action: 5, start: 6 };
const ACTIONS = ["Removed", "Marked", "Kept by a rule of yours"];
const KEPT = 2;
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
