// The list: short sections, of which only those near the window hold elements. A page of thousands of sites stays light.

const ROWS = 80; // about as many rows of code as a section holds
const NEAR = "1200px 0px";
const SLICE = 12; // milliseconds of a frame that drawing may take
const list = byId("list");
let sections = [];
let isSplit = false;
let current = null;

const waiting = new Set();
let isDrawing = false;

const observer = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const { section } = entry.target;
    if (entry.isIntersecting) {
      if (!section.isDrawn) waiting.add(section);
    } else {
      waiting.delete(section);
      clear(section, entry.boundingClientRect.height);
    }
  }
  pump();
}, { rootMargin: NEAR });

// Draws what waits, what is seen first, and lets the browser have its turn in between.
function pump() {
  if (isDrawing || !waiting.size) return;
  isDrawing = true;
  requestAnimationFrame((start) => {
    const end = Math.max(performance.now(), start) + SLICE;
    const middle = window.innerHeight / 2;
    const distance = new Map([...waiting].map((section) => {
      const { top, bottom } = section.element.getBoundingClientRect();
      return [section, Math.max(top - middle, middle - bottom, 0)];
    }));
    for (const section of [...waiting].sort((a, b) => distance.get(a) - distance.get(b))) {
      draw(section);
      waiting.delete(section);
      if (performance.now() > end) break;
    }
    isDrawing = false;
    pump();
  });
}

function lay() {
  observer.disconnect();
  waiting.clear();
  const shown = groups.filter(isGroupShown);
  sections = [];
  let section = null;
  let file = null;
  for (const group of shown) {
    if (!section || section.rows > ROWS) {
      section = { entries: [], rows: 0, height: 0, element: el("section", { class: "part blank" }) };
      section.element.section = section;
      sections.push(section);
    }
    if (group.file !== file) {
      file = group.file;
      section.entries.push({ file });
      section.height += 52;
    }
    group.section = section;
    section.entries.push({ group });
    section.rows += (group.hunk ? Math.min(group.hunk.rows.length, 40) : 4) + 4;
    section.height += estimate(group);
  }
  for (const one of sections) one.element.style.height = `${one.height}px`;
  const nothing = el("p", { class: "empty" }, groups.length ? "Nothing matches these filters." : "Nothing would change.");
  list.replaceChildren(...(sections.length ? sections.map((one) => one.element) : [nothing]));
  for (const one of sections) observer.observe(one.element);
}

function estimate(group) {
  const diff = group.hunk ? group.hunk.rows.length * 20 + 30 : 0;
  return Math.max(diff, shownIn(group).length * 130) + 34;
}

function draw(section) {
  if (section.isDrawn) return;
  section.isDrawn = true;
  section.element.replaceChildren(...section.entries.map((e) => (e.file ? heading(e.file) : card(e.group))));
  section.element.style.height = "";
  section.element.classList.remove("blank");
}

function clear(section, height) {
  if (!section.isDrawn || section.element.contains(document.activeElement)) return;
  section.isDrawn = false;
  section.element.style.height = `${height}px`;
  section.element.replaceChildren();
  section.element.classList.add("blank");
}

function heading(file) {
  const cut = file.name.lastIndexOf("/") + 1;
  return el("h2", { class: "file" }, el("span", { class: "folder" }, file.name.slice(0, cut)), file.name.slice(cut),
    file.kind ? el("span", { class: `kind ${file.kind}` }, file.kind) : null,
    DATA.codemods.length > 1 ? el("span", { class: "kind" }, DATA.codemods[file.codemod].id) : null);
}

function card(group) {
  const notes = el("div", { class: "notes" }, shownIn(group).map(note));
  if (!group.hunk) return el("div", { class: "card alone" }, notes);
  return el("div", { class: "card" }, diff(group), notes, shownIn(group).filter((f) => f.bodies).map(bodies));
}

// Both halves of a pair beside each other; where they differ, it is what has to be read.
function bodies(finding) {
  const half = ({ name, line, lines }) => el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": name },
    el("table", { class: "diff" }, el("caption", {}, name), el("tbody", {}, lines.map(([text, runs], n) => el("tr", {},
      number(line + n), el("td", { class: "code" }, code(text, runs)))))));
  return el("details", { class: "bodies", open: finding.evidence.relation === "divergent" },
    el("summary", {}, `Both bodies: ${finding.bodies.map((b) => b.name).join(" and ")}`),
    el("div", { class: "halves" }, finding.bodies.map(half)));
}

function diff(group) {
  const { rows, left_out: left } = group.hunk;
  const label = `Change of ${group.file.name} at line ${group.hunk.first}`;
  const body = el("tbody", {}, rows.length ? (isSplit ? splitRows(rows) : rows.map(unifiedRow)) : null);
  const more = left ? el("p", { class: "more" }, `and ${count(left, "more row")}`) : null;
  const none = rows.length ? null : el("p", { class: "more" }, "Only line ends change.");
  const brief = rows.length < 24 ? " brief" : "";
  return el("div", { class: `scroll${brief}`, tabindex: 0, role: "region", "aria-label": label },
    el("table", { class: isSplit ? "diff split" : "diff" }, body), more, none);
}

const KINDS = { "+": "added", "-": "removed", " ": "same" };

function unifiedRow([sign, before, after, text, runs]) {
  return el("tr", { class: KINDS[sign] }, number(before), number(after),
    el("td", { class: "sign" }, sign), el("td", { class: "code" }, code(text, runs)));
}

function number(line) {
  return el("td", { class: "number" }, line || "");
}

// Removed lines beside the added ones that follow them.
function splitRows(rows) {
  const made = [];
  for (let at = 0; at < rows.length;) {
    if (rows[at][0] === " ") {
      made.push(splitRow(rows[at], rows[at]));
      at += 1;
      continue;
    }
    const gone = [];
    const come = [];
    while (at < rows.length && rows[at][0] === "-") gone.push(rows[at++]);
    while (at < rows.length && rows[at][0] === "+") come.push(rows[at++]);
    for (let n = 0; n < Math.max(gone.length, come.length); n++) made.push(splitRow(gone[n], come[n]));
  }
  return made;
}

function splitRow(left, right) {
  const side = (row, line) => (row
    ? [el("td", { class: `number ${KINDS[row[0]]}` }, row[line]),
      el("td", { class: `sign ${KINDS[row[0]]}` }, row[0]),
      el("td", { class: `code ${KINDS[row[0]]}` }, code(row[3], row[4]))]
    : [el("td", { class: "number none" }), el("td", { class: "sign none" }), el("td", { class: "code none" })]);
  return el("tr", {}, side(left, 1), side(right, 2));
}

function note(finding) {
  const place = finding.line ? `${finding.file.name}:${finding.line}` : finding.file.name;
  const meaning = finding.reason ? DATA.codemods[finding.file.codemod].reasons[finding.reason] : "";
  const element = el("article", {
    class: "note", id: `f${finding.id}`, tabindex: -1, "aria-label": `${finding.status}: ${place}`,
    onfocus: () => { current = finding; }, onclick: () => { current = finding; },
  },
  el("p", { class: "badges" },
    el("span", { class: "place" }, finding.line ? `line ${finding.line}${finding.end > finding.line ? `-${finding.end}` : ""}` : ""),
    el("span", { class: `badge ${finding.status}` }, finding.status),
    finding.level && finding.level !== "boundary" && finding.status === "changed" ? el("span", { class: "badge" }, finding.level) : null,
    finding.reason && finding.reason !== finding.status ? el("span", { class: "badge" }, finding.reason) : null,
    finding.status === "changed" && !finding.digest ? el("span", { class: "place" }, "follows from other sites") : null),
  el("p", { class: "message" }, finding.message),
  meaning ? el("details", { class: "meaning" }, el("summary", {}, `What ${finding.reason} means`), el("p", {}, meaning)) : null,
  evidence(finding.evidence),
  finding.digest ? decision(finding) : null);
  dress(element, finding);
  return element;
}

function decision(finding) {
  const button = (verdict, text, key) => el("button", {
    type: "button", class: verdict, "aria-pressed": "false", title: `${text} (${key})`, "data-verdict": verdict,
    onclick: (event) => { event.stopPropagation(); current = finding; decide(finding, verdict); },
  }, text);
  return el("p", { class: "decision" }, button("accepted", "Accept", "a"), button("rejected", "Reject", "x"));
}

// The look of a decision, on whatever of the finding is drawn.
function dress(element, finding) {
  const verdict = marks.get(finding.id) || "";
  element.classList.toggle("accepted", verdict === "accepted");
  element.classList.toggle("rejected", verdict === "rejected");
  for (const button of element.querySelectorAll("[data-verdict]")) {
    button.setAttribute("aria-pressed", String(button.dataset.verdict === verdict));
  }
}

function redress(finding) {
  const element = byId(`f${finding.id}`);
  if (element) dress(element, finding);
}

function show(finding) {
  if (!isShown(finding)) return;
  draw(finding.group.section);
  current = finding;
  const element = byId(`f${finding.id}`);
  element.focus({ preventScroll: true });
  const card = element.closest(".card");
  const fits = card.getBoundingClientRect().height < window.innerHeight - 160;
  (fits ? card : element).scrollIntoView({ block: fits ? "center" : "start" });
}
