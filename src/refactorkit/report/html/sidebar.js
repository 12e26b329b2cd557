// Filters, and the files as a tree with counts: of what can be decided on, how much is.

function facetBox(facet) {
  const found = values(facet);
  if (facet === "codemod" && found.size < 2) return null;
  const boxes = [...found].sort((a, b) => b[1] - a[1]).map(([value, number]) => el("label", { class: "choice" },
    el("input", { type: "checkbox", checked: true, "data-facet": facet, value, onchange: (event) => {
      if (event.target.checked) hidden[facet].delete(value);
      else hidden[facet].add(value);
      refilter();
    } }), el("span", {}, value), el("span", { class: "count" }, number)));
  if (!boxes.length) return null;
  const all = (on) => () => {
    hidden[facet] = new Set(on ? [] : found.keys());
    for (const box of byId("filters").querySelectorAll(`[data-facet=${facet}]`)) box.checked = on;
    refilter();
  };
  return el("details", { class: "facet", open: facet !== "reason" || boxes.length < 9 },
    el("summary", {}, facet), el("fieldset", {}, el("legend", { class: "hidden" }, facet), boxes,
      boxes.length > 2 ? el("p", { class: "all" }, el("button", { type: "button", onclick: all(true) }, "all"),
        el("button", { type: "button", onclick: all(false) }, "none")) : null));
}

function plant() {
  const root = { name: "", path: "", children: new Map(), files: [] };
  for (const file of DATA.files) {
    let at = root;
    const parts = file.name.split("/");
    for (const [n, part] of parts.entries()) {
      if (!at.children.has(part)) {
        at.children.set(part, { name: part, path: parts.slice(0, n + 1).join("/"), children: new Map(), files: [] });
      }
      at = at.children.get(part);
    }
    at.files.push(file);
  }
  return shortened(root);
}

// A folder that holds nothing but one folder is shown together with it.
function shortened(branch) {
  const children = [...branch.children.values()].map(shortened);
  const only = children.length === 1 && !branch.files.length && children[0].children.length ? children[0] : null;
  if (only && branch.path) return { ...only, name: `${branch.name}/${only.name}` };
  return { ...branch, children };
}

const tree = plant();
let typing = 0;
const counters = []; // of what is drawn: [element, branch]

function filesOf(branch) {
  if (!branch.all) branch.all = [...branch.files, ...branch.children.flatMap(filesOf)];
  return branch.all;
}

function tally(file) {
  const matching = file.findings.filter(matches);
  const all = matching.filter((finding) => finding.digest);
  return { shown: matching.length, all: all.length, open: all.filter((finding) => !marks.has(finding.id)).length };
}

function sum(branch, tallies) {
  const total = { shown: 0, all: 0, open: 0 };
  for (const file of filesOf(branch)) {
    for (const key of Object.keys(total)) total[key] += tallies[file.number][key];
  }
  return total;
}

function branchElement(branch, depth) {
  const counter = el("span", { class: "count" });
  counters.push([counter, branch]);
  const pick = el("button", { type: "button", class: "pick", "data-path": branch.path, onclick: () => {
    query.folder = query.folder === branch.path ? "" : branch.path;
    refilter();
    for (const one of byId("tree").querySelectorAll(".pick")) {
      one.setAttribute("aria-pressed", String(one.dataset.path === query.folder));
    }
  }, "aria-pressed": String(branch.path === query.folder) }, el("span", { class: "name" }, branch.name), counter);
  if (!branch.children.length) return el("li", {}, pick);
  const inside = el("ul");
  const folder = el("details", { ontoggle: () => grow() }, el("summary", { "aria-label": `Folder ${branch.path}` }), inside);
  const grow = () => { // what is folded takes no elements
    if (folder.open && !inside.childElementCount) {
      inside.append(...branch.children.map((child) => branchElement(child, depth + 1)));
      recount();
    }
  };
  if (depth < 2 || filesOf(branch).length < 40) folder.open = true;
  if (folder.open) inside.append(...branch.children.map((child) => branchElement(child, depth + 1)));
  return el("li", { class: "branch" }, folder, pick);
}

function recount() {
  const tallies = DATA.files.map(tally);
  for (const [element, branch] of counters) {
    const { shown, open, all } = sum(branch, tallies);
    element.textContent = open ? `${open} of ${shown}` : shown || "";
    element.setAttribute("aria-label", `${count(shown, "site")}, ${open} to decide`);
    element.closest("li").classList.toggle("done", all > 0 && !open);
    element.closest("li").hidden = !shown && filesOf(branch).some((file) => file.findings.length);
  }
}

function drawSide() {
  byId("filters").append(...FACETS.map(facetBox).filter(Boolean));
  byId("tree").append(el("ul", { class: "tree" }, tree.children.map((child) => branchElement(child, 0))));
  byId("search").addEventListener("input", (event) => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      query.words = event.target.value.toLowerCase();
      refilter();
    }, 120);
  });
}
