/** What waits for what, as arrows between bars; only those of which an end is on the screen. */

const SVG = "http://www.w3.org/2000/svg";
const ROOM = 7;

/** @param {string} tag @param {Record<string, string|number>} attributes */
function make(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}

export class Arrows {
  /** @param {import("./timeline.mjs").Timeline} timeline */
  constructor(timeline) {
    this.timeline = timeline;
    this.svg = make("svg", { class: "arrows", "aria-hidden": "true", focusable: "false" });
  }

  draw() {
    const { board, rows } = this.timeline;
    const [from, to] = this.timeline.visible;
    const place = this.timeline.place ?? new Map();
    const nodes = [];
    for (const dependency of board.draft.dependencies) {
      const [a, b] = [place.get(dependency.predecessor), place.get(dependency.successor)];
      if (a === undefined || b === undefined || Math.max(a, b) < from || Math.min(a, b) >= to) continue;
      nodes.push(...this.arrow(dependency, rows[a].work, rows[b].work, a, b));
    }
    const drawing = board.drawing;
    if (drawing) nodes.push(make("path", { class: "drawing", d: `M${drawing.from.x} ${drawing.from.y}L${drawing.to.x} ${drawing.to.y}` }));
    this.svg.replaceChildren(...nodes);
  }

  /** Where an end of a bar is. @param {import("./content.mjs").Work} work @param {number} at row @param {boolean} finish */
  end(work, at, finish) {
    const { board, scale, sizes, tops } = this.timeline;
    const dates = board.dates(work);
    return { x: sizes.label + scale.x(finish ? dates.finish : dates.start), y: tops[at] + (sizes.label ? sizes.row / 2 : sizes.row - 22) };
  }

  arrow(dependency, predecessor, successor, a, b) {
    const { board } = this.timeline;
    const [fromFinish, toFinish] = [dependency.type[0] === "F", dependency.type[1] === "F"];
    const [p, q] = [this.end(predecessor, a, fromFinish), this.end(successor, b, toFinish)];
    const down = q.y >= p.y ? 1 : -1;
    const half = 10 * down;
    const out = fromFinish ? ROOM : -ROOM;
    const gap = board.content.calendar.gap(dependency, board.dates(predecessor), board.dates(successor));
    const broken = gap < dependency.minimum || gap > (dependency.maximum ?? Infinity);
    const near = board.selected === predecessor.id || board.selected === successor.id;
    const inCircle = board.circle?.includes(predecessor.id) && board.circle.includes(successor.id);
    // Where the successor begins well after, straight down into it; else around, so that the arrow enters from outside.
    const direct = fromFinish && !toFinish && q.x >= p.x + 4;
    const enter = toFinish ? ROOM : -ROOM;
    const d = direct
      ? `M${p.x} ${p.y}H${Math.max(p.x + 4, q.x + 5)}V${q.y - half - 4 * down}`
      : `M${p.x} ${p.y}H${p.x + out}V${q.y - 18 * down}H${q.x + enter}V${q.y}H${q.x - Math.sign(enter) * -2}`;
    const tip = direct
      ? { x: Math.max(p.x + 4, q.x + 5), y: q.y - half, turn: down > 0 ? 90 : -90 }
      : { x: q.x, y: q.y, turn: toFinish ? 180 : 0 };
    const names = ["arrow", broken && "broken", near && "near", inCircle && "circle", typeof dependency.id === "string" && "new"].filter(Boolean).join(" ");
    return [make("path", { class: names, d }), make("path", { class: `${names} tip`, d: "M0 0L-6 -3.5V3.5Z", transform: `translate(${tip.x} ${tip.y}) rotate(${tip.turn})` })];
  }
}
