"use strict";
// The maps move through time, areas tell who holds them, and messages can be looked at by kind and by actor.
(() => {
  const space = document.querySelector("svg")?.namespaceURI;
  const local = (id) => `url${"("}#${id})`;
  const make = (name, attributes, text = "") => {
    const made = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };

  function atlas(whole, data) {
    const last = data.dates.length - 1;
    const time = whole.querySelector(".time");
    const [button, slider, output] = ["button", "input", "output"].map((name) => time.querySelector(name));
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const base = data.alphabet.length;
    const places = new Map([...data.alphabet].map((letter, place) => [letter, place]));
    const panels = data.maps.map((map, number) => {
      const panel = whole.querySelector(`[data-map="${number}"]`);
      const svg = panel.querySelector("svg.plot");
      const cells = [...svg.querySelectorAll(".land > path")];
      const drawn = [];
      data.middles.forEach((middle, area) => middle && drawn.push(area));
      return {
        map, panel, svg, cells, drawn,
        areas: new Map(drawn.map((area, place) => [cells[place], area])),
        cell: new Map(drawn.map((area, place) => [area, cells[place]])),
        front: svg.querySelector(".front"),
        names: svg.querySelector(".places"),
        leads: [],
      };
    });
    let frame = last;
    let timer = 0;

    // [side, share, second, its share] of each area.
    function read(text) {
      const numbers = [];
      for (let at = 0; at < text.length; at += data.digits) {
        let number = 0;
        for (let digit = 0; digit < data.digits; digit += 1) number = number * base + places.get(text[at + digit]);
        numbers.push(number);
      }
      const leads = [];
      for (let at = 0; at < numbers.length; at += 2) {
        const [a, b] = [numbers[at], numbers[at + 1]];
        leads.push([Math.floor(a / 101), a % 101, Math.floor(b / 101), b % 101]);
      }
      return leads;
    }

    function fill(id, cell, [side, share]) {
      const step = data.steps.findIndex((least) => share >= least);
      const pale = step < 0 ? data.steps.length : step;
      const open = pale === data.steps.length;
      const dotted = side >= data.colours;
      cell.setAttribute("class", open ? "cell p0" : dotted ? `cell p${pale}` : `cell m${(side % data.colours) + 1} p${pale}`);
      if (open) cell.setAttribute("fill", local(`${id}-open${side}`));
      else if (dotted) cell.setAttribute("fill", local(`${id}-dots${side}`));
      else cell.removeAttribute("fill");
    }

    function draw(shown) {
      const { map, panel, svg, cells, drawn, front, names } = shown;
      const leads = read(map.frames[frame]);
      drawn.forEach((area, place) => {
        const before = shown.leads[area];
        const now = leads[area];
        if (!before || before[0] !== now[0] || before[1] !== now[1]) fill(panel.id, cells[place], now);
      });
      shown.leads = leads;
      let path = "";
      for (let at = 0; at < data.borders.length; at += 6) {
        const [a, b, x, y, u, v] = data.borders.slice(at, at + 6);
        if (leads[a][0] !== leads[b][0]) path += `M${x} ${y}L${u} ${v}`;
      }
      front.setAttribute("d", path);
      const labels = [];
      const flat = map.labels[frame];
      for (let at = 0; at < flat.length; at += 2) {
        const [x, y] = data.middles[flat[at]];
        labels.push(make("text", { class: "place", x, y: y + 7 }, data.sides[flat[at + 1]]));
      }
      names.replaceChildren(...labels);
      const date = data.dates[frame];
      svg.querySelector("title").textContent = `Who probably holds what, ${map.name}, ${date}`;
      panel.querySelector(".when").textContent = date;
    }

    function show(next) {
      frame = Math.max(0, Math.min(last, next));
      panels.forEach(draw);
      slider.value = frame;
      slider.setAttribute("aria-valuetext", data.dates[frame]);
      output.textContent = data.dates[frame];
      if (here >= 0) tell(here);
    }

    function stop() {
      clearInterval(timer);
      timer = 0;
      button.textContent = "Play";
    }

    // All of it in a quarter of a minute; who wants little motion gets a dozen pictures instead.
    function play() {
      if (timer) return stop();
      if (frame === last) show(0);
      const step = still.matches ? Math.max(1, Math.ceil(last / 12)) : 1;
      button.textContent = "Pause";
      timer = setInterval(() => {
        show(frame + step);
        if (frame === last) stop();
      }, still.matches ? 1500 : Math.max(60, Math.min(400, 15000 / Math.max(1, last))));
    }

    // What is told of an area, in every map at once.
    let here = -1;
    let from = 0;
    const box = document.createElement("div");
    box.className = "reader";
    box.setAttribute("role", "status");

    function tell(area) {
      here = area;
      const head = document.createElement("b");
      head.textContent = data.areas[area];
      const list = document.createElement("dl");
      panels.forEach(({ map, leads }) => {
        const [side, share, second, next] = leads[area];
        const term = document.createElement("dt");
        const value = document.createElement("dd");
        term.textContent = panels.length > 1 ? map.name : data.dates[frame];
        const parts = [`${data.sides[side]} ${share}%`];
        if (next > 0) parts.push(`${data.sides[second]} ${next}%`);
        if (share > 0 && share + next < 99) parts.push(`others ${100 - share - next}%`);
        value.textContent = share > 0 ? parts.join(", ") : "–";
        list.append(term, value);
      });
      box.replaceChildren(head, list);
      panels.forEach(({ svg, cell }) => {
        svg.querySelector(".at")?.remove();
        const outline = cell.get(area);
        if (outline) svg.append(make("path", { class: "at", fill: "none", d: outline.getAttribute("d") }));
      });
      const { svg, panel } = panels[from];
      const room = panel.querySelector(".drawn");
      if (box.parentNode !== room) room.append(box);
      const scale = svg.clientWidth / svg.viewBox.baseVal.width;
      const [x, y] = data.middles[area].map((at) => at * scale);
      const edge = room.getBoundingClientRect();
      const wanted = x > edge.width / 2 ? x - box.offsetWidth - 14 : x + 14;
      const most = Math.min(edge.width, document.documentElement.clientWidth - edge.left) - box.offsetWidth;
      box.style.left = `${Math.max(Math.min(0, most), Math.min(wanted, most))}px`;
      box.style.top = `${Math.max(0, y - box.offsetHeight / 2)}px`;
    }

    function hide() {
      here = -1;
      box.remove();
      panels.forEach(({ svg }) => svg.querySelector(".at")?.remove());
    }

    // The nearest area in a direction.
    function next(area, [dx, dy]) {
      const [x, y] = data.middles[area];
      let best = area;
      let least = Infinity;
      for (const other of panels[from].drawn) {
        const [u, v] = [data.middles[other][0] - x, data.middles[other][1] - y];
        const along = u * dx + v * dy;
        const aside = Math.abs(u * dy) + Math.abs(v * dx);
        if (along > 0 && along + 2 * aside < least) {
          least = along + 2 * aside;
          best = other;
        }
      }
      return best;
    }

    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    panels.forEach(({ svg, areas, drawn, map }, number) => {
      svg.setAttribute("tabindex", "0");
      svg.setAttribute("aria-description", `${map.name}: arrow keys go from area to area and tell who holds it`);
      svg.addEventListener("pointerover", (event) => {
        if (!areas.has(event.target)) return;
        from = number;
        tell(areas.get(event.target));
      });
      svg.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide());
      svg.addEventListener("click", (event) => (areas.has(event.target) ? tell(areas.get(event.target)) : hide()));
      svg.addEventListener("focus", () => {
        if (!svg.matches(":focus-visible")) return;
        from = number;
        if (here < 0) tell(drawn[0]);
      });
      svg.addEventListener("blur", hide);
      svg.addEventListener("keydown", (event) => {
        if (event.key === "Escape") return hide();
        const way = ways[event.key];
        if (!way) return;
        event.preventDefault();
        from = number;
        tell(here < 0 ? drawn[0] : next(here, way));
      });
    });
    button.addEventListener("click", play);
    slider.addEventListener("input", () => {
      stop();
      show(Number(slider.value));
    });
    // Paper has the last date, as the page has it before anything moves.
    let shown = last;
    addEventListener("beforeprint", () => {
      stop();
      hide();
      shown = frame;
      show(last);
    });
    addEventListener("afterprint", () => show(shown));
    time.hidden = false;
    show(last);
  }

  // One kind or one actor at a time.
  function flows(figure) {
    const bands = [...figure.querySelectorAll(".flow")];
    const rows = [...figure.querySelectorAll("table tbody tr")];
    const choices = new Map();
    rows.forEach((row) => {
      [["Kind", 1], ["From", 0], ["To", 2]].forEach(([word, column]) => {
        const text = row.cells[column].textContent;
        choices.set(`${word}: ${text}`, { column, text });
      });
    });
    const name = (band, column) => band.dataset[["from", "kind", "to"][column]];
    const select = document.createElement("select");
    select.append(new Option("All messages", ""));
    for (const word of ["Kind", "From", "To"]) {
      const group = document.createElement("optgroup");
      group.label = word;
      const texts = [...choices.keys()].filter((key) => key.startsWith(`${word}: `)).sort();
      texts.forEach((key) => group.append(new Option(key, key)));
      select.append(group);
    }
    const label = document.createElement("label");
    label.className = "choose";
    label.append("Show ", select);
    figure.querySelector(".drawn").before(label);
    select.addEventListener("change", () => {
      const choice = choices.get(select.value);
      rows.forEach((row) => (row.hidden = Boolean(choice) && row.cells[choice.column].textContent !== choice.text));
      bands.forEach((band) => band.classList.toggle("off", Boolean(choice) && name(band, choice.column) !== choice.text));
    });
  }

  const data = document.getElementById("map-data");
  const whole = document.getElementById("map-all");
  const read = data ? JSON.parse(data.textContent) : {};
  if (whole && read.maps) atlas(whole, read);
  const messages = document.getElementById("messages");
  if (messages) flows(messages);
})();
