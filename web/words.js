// What the page says, in the child's language; and foreign words made fit to show.

export class Words {
  // `all` is by language; `given` returns the variables that every sentence may use.
  constructor(all, wished, given) {
    this.all = all;
    this.given = given;
    const known = wished.map((tag) => tag.toLowerCase().split("-")[0]).find((tag) => this.has(tag));
    this.use(known || Object.keys(all)[0]);
  }

  has(lang) {
    return Object.keys(this.all).includes(lang);
  }

  use(lang) {
    this.lang = lang;
    this.plural = new Intl.PluralRules(lang);
  }

  say(id, args) {
    return this.fill(this.all[this.lang][id] || "", Object.assign(this.given(), args));
  }

  // A pattern is a text, or a list of texts, [variable] and [variable, variants, default].
  fill(pattern, args) {
    if (typeof pattern === "string") return pattern;
    return pattern.map((part) => (typeof part === "string" ? part : this.choose(part, args))).join("");
  }

  choose([name, variants, other], args) {
    const value = args[name];
    if (!variants) return String(value);
    const keys = [String(value), typeof value === "number" ? this.plural.select(value) : other, other];
    return this.fill(variants[keys.find((key) => Object.keys(variants).includes(key))], args);
  }
}

// No control characters, nothing that turns or hides text, no towers of accents. Joined emoji stay joined.
export function safe(text) {
  return text
    .normalize("NFC")
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "")
    .replace(/(\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d(?=\p{Extended_Pictographic})/gu, "$1\u0000")
    .replace(/[\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu, "·")
    .replace(/\u0000/g, "\u200d")
    .replace(/(\p{M}{4})\p{M}+/gu, "$1");
}
