/** Maps of several plans at one month: a slider chooses it, each map shows what is under way, and a list says the same. */
export function moments(root) {
  const { months, works, nothing } = JSON.parse(root.querySelector("#moments-data").textContent);
  const slider = root.querySelector("input[type=range]");
  const name = root.querySelector("output");
  const plans = [...root.querySelectorAll("figure[data-plan]")].map((figure) => ({
    figure,
    list: figure.querySelector("ul"),
    count: figure.querySelector(".count"),
    drawn: new Map([...figure.querySelectorAll("[data-work]")].map((shape) => [Number(shape.dataset.work), shape])),
  }));

  const show = () => {
    const at = Number(slider.value);
    const [first, text] = months[at];
    const after = at + 1 < months.length ? months[at + 1][0] : first + 31;
    name.textContent = text;
    slider.setAttribute("aria-valuetext", text);
    plans.forEach((plan, index) => {
      const here = works.filter(({ periods }) => periods[index][0] < after && periods[index][1] > first);
      const now = new Set(here.map((work) => work.id));
      for (const [id, shape] of plan.drawn) shape.classList.toggle("off", !now.has(id));
      plan.count.textContent = String(here.length);
      plan.list.replaceChildren(...(here.length ? here.map(row) : [empty(nothing)]));
    });
  };
  slider.addEventListener("input", show);
  root.querySelector(".moment-slider").hidden = false;
  show();
}

function row(work) {
  const line = document.createElement("li");
  const swatch = document.createElement("span");
  swatch.className = `swatch ${work.kind}`;
  swatch.setAttribute("aria-hidden", "true");
  const owner = document.createElement("span");
  owner.className = "muted";
  owner.textContent = ` · ${work.owner}`;
  const said = document.createElement("span");
  said.append(work.name, owner);
  line.append(swatch, " ", said);
  return line;
}

function empty(text) {
  const line = document.createElement("li");
  line.className = "muted";
  line.textContent = text;
  return line;
}
