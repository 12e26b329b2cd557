// The evidence of a finding: a cycle as a picture, the differences of a pair side by side, paths as lists, the rest as it is.

const MOST_DRAWN = 14;
const LISTS = {
  witness: "Witness", why: "Why", consumers: "Consumers", callees: "Callees", exceptions: "Exceptions",
  unknown: "Unknown", assumes: "Assumes", rests_on: "Rests on", rules: "Same by these rules", loads: "Would load", output: "Output", traceback: "Traceback",
};
const PROSE = new Set(["output", "traceback"]);

function evidence(given) {
  const parts = [];
  const rest = [];
  for (const [key, value] of Object.entries(given)) {
    if (key === "cycle" && Array.isArray(value) && value.length > 1) parts.push(cycle(value, given.module));
    else if (key === "differences" && Array.isArray(value)) {
      if (value.length) parts.push(differences(value, given.pair || []));
    } else if (key in LISTS && Array.isArray(value)) {
      if (value.length) parts.push(listed(LISTS[key], value, PROSE.has(key)));
    } else if (value !== null && value !== "") rest.push([key, value]);
  }
  if (rest.length) {
    const rows = rest.map(([key, value]) => [el("dt", {}, key.replaceAll("_", " ")), el("dd", {}, plainly(value))]);
    parts.unshift(el("dl", { class: "evidence" }, rows.flat()));
  }
  return parts;
}

function plainly(value) {
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value, null, 1) : String(value);
}

function listed(title, values, isProse) {
  if (isProse) return el("div", { class: "list" }, el("h4", {}, title), el("pre", { tabindex: 0 }, values.map(plainly).join("\n")));
  const items = values.map((value) => el("li", {}, plainly(value)));
  const list = el("ol", {}, items);
  if (values.length <= 6) return el("div", { class: "list" }, el("h4", {}, title), list);
  return el("details", { class: "list" }, el("summary", {}, `${title} (${values.length})`), list);
}

function differences(found, pair) {
  const side = (line, text) => [el("td", { class: "number" }, line || ""), el("td", { class: "code" }, text || "")];
  const rows = found.map((d) => el("tr", {}, side(d.sync_line, d.sync), side(d.async_line, d.async)));
  const heads = [pair[0] || "sync", pair[1] || "async"].map((name) => el("th", { colspan: 2, scope: "colgroup" }, name));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Differences of the pair" },
    el("table", { class: "differences" }, el("caption", {}, count(found.length, "difference")),
      el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)));
}

// The modules of an import cycle in a ring, each with an arrow to the one that it imports.
function cycle(path, module) {
  const names = path[0] === path[path.length - 1] ? path.slice(0, -1) : path;
  const said = `Import cycle: ${[...names, names[0]].join(", then ")}`;
  const caption = el("figcaption", {}, `Import cycle of ${count(names.length, "module")}`);
  const steps = [...names, names[0]].map((name) => el("li", {}, name));
  if (names.length > MOST_DRAWN) return el("figure", {}, caption, el("ol", { class: "path" }, steps));
  return el("figure", {}, caption, ring(names, module, said));
}

function ring(names, module, said) {
  const radius = Math.max(44, names.length * 13);
  const widest = Math.max(...names.map((name) => name.length)) * 6.8 + 14;
  const width = radius * 2 + widest * (names.length === 1 ? 1 : 2);
  const height = radius * 2 + 56;
  const place = (n) => {
    const angle = (2 * Math.PI * n) / names.length - Math.PI / 2;
    return { x: width / 2 + radius * Math.cos(angle), y: height / 2 + radius * Math.sin(angle), angle };
  };
  const arrows = names.map((_, n) => arrow(place(n), place(n + 1), radius));
  const nodes = names.map((name, n) => node(name, place(n), name === module));
  return svg("svg", { class: "ring", role: "img", "aria-label": said, viewBox: `0 0 ${width} ${height}`, width, height }, arrows, nodes);
}

function node(name, at, isWanted) {
  const across = Math.cos(at.angle);
  const anchor = across > 0.3 ? "start" : across < -0.3 ? "end" : "middle";
  const shift = anchor === "middle" ? 0 : anchor === "start" ? 10 : -10;
  const down = anchor === "middle" ? (Math.sin(at.angle) < 0 ? -11 : 20) : 4;
  return svg("g", { class: isWanted ? "wanted" : null }, svg("circle", { cx: at.x, cy: at.y, r: 5 }),
    svg("text", { x: at.x + shift, y: at.y + down, "text-anchor": anchor }, name));
}

function arrow(from, to, radius) {
  const end = to.angle - 10 / radius;
  const start = from.angle + 8 / radius;
  const centre = { x: from.x - radius * Math.cos(from.angle), y: from.y - radius * Math.sin(from.angle) };
  const at = (angle, r) => `${(centre.x + r * Math.cos(angle)).toFixed(1)} ${(centre.y + r * Math.sin(angle)).toFixed(1)}`;
  const back = end - 8 / radius;
  const far = end - start > Math.PI ? 1 : 0;
  return svg("g", { class: "arrow" },
    svg("path", { class: "way", d: `M ${at(start, radius)} A ${radius} ${radius} 0 ${far} 1 ${at(back, radius)}` }),
    svg("path", { class: "head", d: `M ${at(end, radius)} L ${at(back, radius - 4)} L ${at(back, radius + 4)} Z` }));
}
