// What is so, in sentences: from the link's state to words. `say` is that of `Words`; nothing here touches the document.
import { TIMES } from "./link.js";
import { safe } from "./words.js";

// Returns [what is so, what follows from it?] of a talk.
export function status(link, state, say) {
  if (state === "resuming") return [say("resuming")];
  if (state === "waiting") return waiting(link, say);
  if (state !== "chat") return [""];
  if (link.away) return [say("away")];
  if (link.quiet !== null && link.now - link.quiet >= TIMES.stillThere) return [say("quiet")];
  return [named(link, say, "here-name", "here")];
}

function waiting({ phase, name, place }, say) {
  if (phase !== "waiting") return [say("sending")];
  if (name) return [say("again-soon"), say("look-back")];
  if (!place) return [say("in"), say("look-back")];
  return [say("place", { before: place.before }), together(range(place.range, say), say("look-back"))];
}

// What the start says of the line before anything is typed.
export function news({ line }, trouble, say) {
  if (trouble) return say("start-far");
  return line && line.state === "busy" ? together(say("start-busy"), range(line.wait_min, say)) : "";
}

// A wait from what really happened in the last hour, in minutes from [low, high].
export function range(minutes, say) {
  if (!minutes) return "";
  const [low, high] = minutes.map((minute) => Math.max(0, Math.round(minute)));
  if (high > 30) return say("long");
  return low < high && low > 0 ? say("range", { low, high }) : say("about", { high });
}

export function countdown({ stuck, redialAt }, now, say) {
  if (stuck) return say("trouble-stuck");
  const seconds = redialAt === null ? 0 : Math.ceil((redialAt - now) / 1000);
  return seconds > 0 ? say("trouble-next", { seconds }) : say("trouble-now");
}

// A sentence with the counsellor's name, or without, as long as nobody wrote.
export function named({ name }, say, id, nameless) {
  return name ? say(id, { name: safe(name) }) : say(nameless);
}

// A day and an hour as people of this language and, where it is known, of this country say it.
export function moment(time, lang, wished) {
  const locale = wished.find((tag) => tag.split("-")[0] === lang) || lang;
  const parts = { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat(locale, parts).format(new Date(time));
}

const together = (...sentences) => sentences.filter(Boolean).join(" ");
