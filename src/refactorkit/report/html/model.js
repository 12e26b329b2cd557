// What is decided and what is shown. A finding is a plain object; `digest` is there when it can be decided on by itself.

const DATA = JSON.parse(byId("data").textContent);
const FACETS = ["codemod", "level", "status", "reason"];
const KEPT = `refactorkit:${DATA.base}:${DATA.codemods.map((c) => `${c.id}@${c.version}${JSON.stringify(c.options)}`).join()}`;

const findings = [];
const groups = [];
for (const [number, file] of DATA.files.entries()) {
  file.number = number;
  file.findings = [];
  for (const group of file.groups) {
    group.file = file;
    groups.push(group);
    for (const finding of group.findings) {
      finding.id = findings.length;
      finding.file = file;
      finding.group = group;
      finding.codemod = DATA.codemods[file.codemod].id;
      finding.key = `${finding.codemod}\n${file.path}\n${finding.line}\n${finding.digest}`;
      finding.words = `${file.name} ${finding.message} ${finding.reason}`.toLowerCase();
      findings.push(finding);
      file.findings.push(finding);
    }
  }
}
const choices = findings.filter((finding) => finding.digest);

const marks = new Map(); // a finding's id -> "accepted" or "rejected"
const hidden = Object.fromEntries(FACETS.map((facet) => [facet, new Set()]));
const query = { words: "", folder: "" };

function values(facet) {
  const found = new Map();
  for (const finding of findings) {
    const value = finding[facet];
    if (value) found.set(value, (found.get(value) || 0) + 1);
  }
  return found;
}

function matches(finding) {
  return FACETS.every((facet) => !hidden[facet].has(finding[facet])) && finding.words.includes(query.words);
}

function isShown(finding) {
  return matches(finding) && isInFolder(finding.file.name);
}

function isInFolder(path) {
  return !query.folder || path === query.folder || path.startsWith(`${query.folder}/`);
}

function isFiltered() {
  return Boolean(query.words) || FACETS.some((facet) => hidden[facet].size);
}

// The findings of a group that are shown; a hunk that nothing is said about is shown when nothing is filtered out.
function shownIn(group) {
  return group.findings.filter(isShown);
}

function isGroupShown(group) {
  if (group.findings.length) return group.findings.some(isShown);
  return !isFiltered() && isInFolder(group.file.name);
}

function mark(finding, verdict) {
  if (verdict) marks.set(finding.id, verdict);
  else marks.delete(finding.id);
}

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify([...marks].map(([id, verdict]) => [findings[id].key, verdict])));
  } catch {
    return; // some browsers keep nothing for a file: the review lasts as long as the page is open
  }
}

function recall() {
  try {
    const kept = new Map(JSON.parse(localStorage.getItem(KEPT) || "[]"));
    for (const finding of choices) if (kept.has(finding.key)) marks.set(finding.id, kept.get(finding.key));
  } catch {
    return;
  }
}

// The selection file, which `apply --selection` takes.
function selection() {
  const codemods = Object.fromEntries(DATA.codemods.map((c) => [c.id, { version: c.version, options: c.options }]));
  const sites = choices.filter((finding) => marks.has(finding.id)).map((finding) => ({
    codemod: finding.codemod, path: finding.file.path, line: finding.line, end_line: finding.end,
    level: finding.level, digest: finding.digest, verdict: marks.get(finding.id),
  }));
  return { schema: DATA.schema, base: DATA.base, codemods, sites };
}
