// Elements are made one by one, with texts as texts: nothing that the plan holds is ever parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

function el(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

const byId = (id) => document.getElementById(id);

function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

// A line of code: its text, and its tokens as letters with lengths, such as k3t1f4. Plain text takes no element.
function code(text, runs) {
  const parts = [];
  let at = 0;
  for (const [, kind, length] of runs.matchAll(/([a-z])(\d+)/g)) {
    const piece = text.slice(at, at + Number(length));
    parts.push(kind === "t" ? piece : el("span", { class: kind }, piece));
    at += Number(length);
  }
  return parts;
}
