// What the reader does: filters, decisions, keys, themes and the export.

function refilter() {
  lay();
  window.scrollTo(0, 0);
  recount();
  tell();
}

function tell() {
  const accepted = choices.filter((finding) => marks.get(finding.id) === "accepted").length;
  const rejected = choices.filter((finding) => marks.get(finding.id) === "rejected").length;
  byId("progress").textContent = choices.length
    ? `${accepted} accepted, ${rejected} rejected, ${choices.length - accepted - rejected} to decide`
    : count(findings.length, "site");
  byId("export").textContent = `Export accepted (${accepted})`;
}

let silence = 0;

function say(text, more) {
  const box = byId("said");
  box.replaceChildren(el("span", {}, text), ...(more ? [el("code", {}, more)] : []));
  box.classList.add("on");
  clearTimeout(silence);
  silence = setTimeout(() => box.classList.remove("on"), more ? 15000 : 2500);
}

function decide(finding, verdict) {
  const taken = marks.get(finding.id) === verdict ? "" : verdict;
  mark(finding, taken);
  redress(finding);
  settled(`${taken || "open again"}: ${finding.file.name}:${finding.line}`);
}

function decideFile(file, verdict) {
  const wanted = file.findings.filter((finding) => finding.digest && isShown(finding));
  for (const finding of wanted) {
    mark(finding, verdict);
    redress(finding);
  }
  settled(`${count(wanted.length, "site")} of ${file.name} ${verdict}`);
}

function settled(text) {
  keep();
  recount();
  tell();
  say(text);
}

// The next or previous finding that is shown; `only` says which count.
function step(by, only) {
  let at = current && isShown(current) ? current.id : by > 0 ? -1 : findings.length;
  for (at += by; at >= 0 && at < findings.length; at += by) {
    const finding = findings[at];
    if (isShown(finding) && (!only || only(finding))) {
      show(finding);
      return true;
    }
  }
  return false;
}

function exported() {
  const document_ = selection();
  const accepted = document_.sites.filter((site) => site.verdict === "accepted");
  const text = `${JSON.stringify(document_, null, 1)}\n`;
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = el("a", { href: address, download: "refactorkit-selection.json" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  const ids = DATA.codemods.map((c) => c.id).filter((id) => accepted.some((site) => site.codemod === id));
  const weakest = ["suggested", "observed"].find((level) => accepted.some((site) => site.level === level));
  const level = weakest ? ` --level ${weakest}` : "";
  say(`${count(accepted.length, "accepted site")} exported. To apply:`,
    `refactorkit apply ${ids.join(",") || "ID"} PATH...${level} --selection refactorkit-selection.json`);
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function toggleTheme() {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
}

function nameTheme() {
  byId("theme").textContent = isDark() ? "Light" : "Dark";
}

function toggleSplit() {
  isSplit = !isSplit;
  byId("split").setAttribute("aria-pressed", String(isSplit));
  const was = current;
  lay();
  if (was) requestAnimationFrame(() => show(was));
}

function byKey(verdict) {
  if (!current || !current.digest || !isShown(current)) {
    const found = step(1, (finding) => finding.digest);
    say(found ? "Here is the next site to decide on." : "There is nothing to decide on below.");
    return;
  }
  const was = marks.get(current.id);
  decide(current, verdict);
  if (was !== verdict) step(1, (finding) => finding.digest);
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => byKey("accepted"),
  x: () => byKey("rejected"),
  A: () => current && decideFile(current.file, "accepted"),
  X: () => current && decideFile(current.file, "rejected"),
  "/": () => { byId("side").open = true; byId("search").focus(); },
  s: toggleSplit,
  t: toggleTheme,
  e: exported,
  "?": () => byId("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("keys").open) return;
  if (event.target.matches("input[type=search]")) {
    if (event.key === "Escape" || event.key === "Enter") event.target.blur(); // Escape empties it, too
    return;
  }
  if (event.key !== "?" && !byId("shortcuts").checked) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

byId("split").addEventListener("click", toggleSplit);
byId("theme").addEventListener("click", toggleTheme);
byId("export").addEventListener("click", exported);
byId("help").addEventListener("click", () => byId("keys").showModal());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", nameTheme);
if (matchMedia("(max-width: 900px)").matches) byId("side").open = false;
recall();
drawSide();
nameTheme();
refilter();
