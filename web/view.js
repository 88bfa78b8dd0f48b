// Pieces of the document. Text reaches it only by `textContent`, and only addresses the page was built with are links.

export const $ = (id) => document.getElementById(id);

export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function unhide(id, visible) {
  $(id).hidden = !visible;
}

function add(parent, tag, text) {
  const element = parent.appendChild(document.createElement(tag));
  element.textContent = text;
  return element;
}

// ---- lines of the talk ----

export function makeLine(by, name, text) {
  const line = document.createElement("li");
  line.className = "line";
  line.dataset.by = by;
  for (const [tag, kind, content] of [["span", "who", name], ["p", "text", text], ["span", "mark", ""]]) add(line, tag, content).className = kind;
  const words = line.querySelector(".text");
  words.dir = "auto";
  words.setAttribute("translate", "no");
  return line;
}

// A long talk is kept in parts, so that a browser lays out and paints only those in sight. Lines are never moved between
// them: who hears the page would hear them again.
const PART = 50;

export function addLine(lines, line) {
  const last = lines.lastElementChild;
  const part = last && last.childElementCount < PART ? last : add(lines, "ol", "");
  part.className = "part";
  part.appendChild(line);
}

export function lastLine(lines) {
  const part = lines.lastElementChild;
  return part && part.lastElementChild;
}

// A name is shown once for lines in a row; whoever hears the page hears it each time.
export function group(line, before) {
  const same = (part) => before.dataset.by === line.dataset.by && part(before) === part(line);
  line.firstChild.classList.toggle("unseen", !!before && same((one) => one.firstChild.textContent));
}

// Only an address of the page's own list of help becomes a link: whole, and as it stands there.
export function withLinks(element, text, known) {
  element.textContent = "";
  const sorted = known.slice().sort((a, b) => b.length - a.length);
  let rest = text;
  for (;;) {
    const hits = sorted.map((url) => [rest.indexOf(url), url]).filter(([at, url]) => at >= 0 && isWhole(rest.slice(at + url.length)));
    if (!hits.length) break;
    const [at, url] = hits.reduce((a, b) => (b[0] < a[0] ? b : a));
    element.appendChild(document.createTextNode(rest.slice(0, at)));
    element.appendChild(outside(url, url));
    rest = rest.slice(at + url.length);
  }
  element.appendChild(document.createTextNode(rest));
}

// Whether an address ends here: what follows is not more of it, a full stop or comma aside.
const isWhole = (rest) => !/^[\w/?#=&%.:@-]*[\w/]/.test(rest);

export function outside(url, text) {
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  anchor.textContent = text;
  return anchor;
}

// The languages somewhere spoken, by their names where the browser knows them.
function spoken(codes, lang) {
  try {
    const names = new Intl.DisplayNames([lang], { type: "language" });
    return codes.map((code) => names.of(code)).join(", ");
  } catch {
    return codes.join(", ");
  }
}

export function helpList(list, places, lang) {
  list.textContent = "";
  for (const { name, url, what, phone, hours, langs } of places) {
    const item = add(list, "li", "");
    if (url) item.appendChild(outside(url, name[lang])); else add(item, "strong", name[lang]);
    add(item, "p", what[lang]);
    if (phone) {
      const call = item.appendChild(document.createElement("a"));
      call.href = "tel:" + phone.replace(/[^+\d]/g, "");
      call.textContent = phone.replace(/ /g, "\u00a0");
    }
    add(item, "p", hours[lang] + " · " + spoken(langs, lang));
  }
}

// ---- choices ----

// Fills a group of buttons of which one or none is pressed; `done` hears the value, or null when it was taken back.
// `list` is of [value, text, picture?].
export function choices(group, list, done) {
  const pressed = Array.from(group.children).findIndex((button) => button.getAttribute("aria-pressed") === "true");
  group.textContent = "";
  list.forEach(([value, text, picture], i) => {
    const button = add(group, "button", "");
    button.type = "button";
    button.dataset.value = value;
    button.setAttribute("aria-pressed", String(i === pressed));
    if (picture) {
      const face = add(button, "span", picture);
      face.className = "face";
      face.setAttribute("aria-hidden", "true");
    }
    add(button, "span", text);
    button.onclick = () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      for (const other of group.children) other.setAttribute("aria-pressed", String(on && other === button));
      done(on ? value : null);
    };
  });
}

// Fills a list to choose from; `list` is of [value, text]. Without a choice there is no question.
export function options(select, list) {
  const chosen = select.value;
  select.textContent = "";
  for (const [value, text] of list) add(select, "option", text).value = value;
  select.value = chosen;
  select.hidden = select.previousElementSibling.hidden = list.length < 2;
}

// One button for each language that is not spoken now.
export function languages(nav, all, lang, done) {
  nav.textContent = "";
  for (const other of Object.keys(all).filter((code) => code !== lang)) {
    const button = add(nav, "button", all[other].language);
    button.type = "button";
    button.lang = other;
    button.onclick = () => done(other);
  }
}
