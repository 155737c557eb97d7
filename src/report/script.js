"use strict";
// Nothing here is needed to read the page: it shows values at the pointer and saves charts as files.
(() => {
  const space = document.querySelector("svg")?.namespaceURI;
  const alone = document.getElementById("alone").content.textContent;

  // A chart's title is told to screen readers; as a tip of the browser it would cover the values.
  const name = (svg) => svg.querySelector(":scope > title").textContent;

  function rowsOf(figure) {
    return [...figure.querySelectorAll("table tr[data-at]")].map((row) => ({
      at: Number(row.dataset.at),
      cells: [...row.cells].map((cell) => cell.textContent),
    }));
  }

  function reader(figure) {
    const svg = figure.querySelector("svg.plot");
    const rows = rowsOf(figure);
    const heads = [...figure.querySelectorAll("table thead th")].map((cell) => cell.textContent);
    const drawn = figure.querySelector(".drawn");
    if (!svg || rows.length < 2) return;
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    let box = null;
    let line = null;
    let shown = -1;

    function hide() {
      box?.remove();
      line?.remove();
      box = line = null;
      shown = -1;
    }

    function show(place) {
      const row = rows[place];
      if (!row) return;
      shown = place;
      if (!box) {
        box = document.createElement("div");
        box.className = "reader";
        box.setAttribute("role", "status");
        drawn.append(box);
        line = document.createElementNS(space, "path");
        line.setAttribute("class", "at");
        svg.append(line);
      }
      line.setAttribute("d", `M${row.at} 16V${height - 22}`);
      const list = document.createElement("dl");
      row.cells.slice(1).forEach((cell, column) => {
        const term = document.createElement("dt");
        const value = document.createElement("dd");
        term.textContent = heads[column + 1] ?? "";
        value.textContent = cell;
        list.append(term, value);
      });
      const head = document.createElement("b");
      head.textContent = row.cells[0];
      box.replaceChildren(head, list);
      const x = (row.at / width) * drawn.clientWidth;
      const left = x > drawn.clientWidth / 2 ? x - box.offsetWidth - 8 : x + 8;
      box.style.left = `${Math.max(0, Math.min(left, drawn.clientWidth - box.offsetWidth))}px`;
      box.style.top = "0";
    }

    function nearest(at) {
      return rows.reduce((best, row, place) => (Math.abs(row.at - at) < Math.abs(rows[best].at - at) ? place : best), 0);
    }

    svg.setAttribute("tabindex", "0");
    svg.addEventListener("pointermove", (event) => {
      const edge = svg.getBoundingClientRect();
      show(nearest(((event.clientX - edge.left) / edge.width) * width));
    });
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("focus", () => svg.matches(":focus-visible") && show(rows.length - 1));
    svg.addEventListener("blur", hide);
    svg.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -rows.length, End: rows.length };
      const step = steps[event.key];
      if (event.key === "Escape") hide();
      if (step === undefined) return;
      event.preventDefault();
      show(Math.max(0, Math.min(rows.length - 1, shown + step)));
    });
  }

  // The chart as a file: with the style of a chart that stands alone.
  function fileOf(svg) {
    const copy = svg.cloneNode(true);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    copy.querySelectorAll(".at").forEach((line) => line.remove());
    copy.removeAttribute("tabindex");
    const style = document.createElementNS(space, "style");
    style.textContent = alone;
    const paper = document.createElementNS(space, "rect");
    paper.setAttribute("class", "paper");
    paper.setAttribute("width", width);
    paper.setAttribute("height", height + 26);
    const head = document.createElementNS(space, "text");
    head.setAttribute("class", "t strong");
    head.setAttribute("y", "14");
    head.textContent = name(svg);
    const moved = document.createElementNS(space, "g");
    moved.setAttribute("transform", "translate(0 22)");
    moved.append(...copy.childNodes);
    copy.append(style, paper, head, moved);
    copy.setAttribute("viewBox", `0 0 ${width} ${height + 26}`);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height + 26);
    return new XMLSerializer().serializeToString(copy);
  }

  function save(name, address) {
    const link = document.createElement("a");
    link.download = name;
    link.href = address;
    link.click();
  }

  function asSvg(figure) {
    save(`${figure.id}.svg`, `data:image/svg+xml;charset=utf-8,${encodeURIComponent(fileOf(figure.querySelector("svg.plot")))}`);
  }

  function asPng(figure) {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = image.width * 2;
      canvas.height = image.height * 2;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      save(`${figure.id}.png`, canvas.toDataURL("image/png"));
    };
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(fileOf(figure.querySelector("svg.plot")))}`;
  }

  function button(text, label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }

  document.querySelectorAll("figure.chart").forEach((figure) => {
    const svg = figure.querySelector("svg.plot");
    if (!svg) return;
    const row = document.createElement("div");
    row.className = "save";
    const title = name(svg);
    row.append(
      button("PNG", `Save “${title}” as PNG`, () => asPng(figure)),
      button("SVG", `Save “${title}” as SVG`, () => asSvg(figure)),
    );
    figure.append(row);
    reader(figure);
  });

  // A link into what is folded opens it; paper shows all but the tables of numbers.
  const open = () => {
    const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (there?.matches("details")) there.open = true;
  };
  addEventListener("hashchange", open);
  open();
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.outcome:not([open])")];
    opened.forEach((part) => (part.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((part) => (part.open = false)));
})();
