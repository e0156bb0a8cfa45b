/* The map of a page kept on a disk: everything that it shows is in the page itself. */
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const proximite = window.proximite;
  const views = document.getElementById("view");
  const indicators = document.getElementById("indicator");
  const territories = document.getElementById("territory");
  const services = Array.from(document.querySelectorAll("input[name=services]"));
  let chosen = data.chosen;

  proximite.files = data.files;
  proximite.onSelect = function (id) {
    choose(id);
  };
  const map = L.map("map", {
    center: [47.5, -71.5], zoom: 6, zoomControl: false, attributionControl: false, zoomSnap: 0.1, minZoom: 4, maxZoom: 17,
  });
  proximite.attach(map);

  function view() {
    return data.views[views.value];
  }

  function indicator() {
    return view().indicators[indicators.value];
  }

  function element(name, content, className) {
    const made = document.createElement(name);
    if (content) made.textContent = content;
    if (className) made.className = className;
    return made;
  }

  function fill(list, options) {
    list.replaceChildren();
    options.forEach(function (words, i) {
      const option = element("option", words);
      option.value = i;
      list.append(option);
    });
  }

  /* What is known of one territory: value and margin, or why there is none; then its grade. */
  function said(row) {
    const about = indicator();
    const margin = about.margins[row] || "";
    return { value: [about.values[row], margin].filter(Boolean).join(" "), grade: data.grades[about.grades[row]] || "" };
  }

  function showIndicators() {
    const before = indicators.selectedOptions[0] && indicators.selectedOptions[0].textContent;
    const titles = view().indicators.map((one) => one.title);
    fill(indicators, titles);
    indicators.value = Math.max(0, titles.indexOf(before));
    const order = view().ids.map((_id, i) => i).sort((a, b) => view().names[a].localeCompare(view().names[b], data.language));
    territories.replaceChildren(element("option", data.words.choose));
    territories.firstChild.value = "";
    for (const row of order) {
      const option = element("option", view().names[row]);
      option.value = view().ids[row];
      territories.append(option);
    }
  }

  function paint() {
    const about = indicator();
    proximite.paint(map, {
      ...about.order,
      words: data.words,
      selected: chosen,
      places: services.filter((one) => one.checked).map((one) => one.value),
    });
    showLegend(about);
    showTable(about);
    document.getElementById("note").textContent = about.note;
    showChosen();
  }

  function showLegend(about) {
    const list = document.getElementById("legend");
    list.replaceChildren();
    const rows = about.order.labels.map((label, i) => [label, about.order.palette.colours[i], ""]);
    rows.push([data.words.noData, "", "hatch"]);
    if (about.hidden) rows.push([data.words.hidden, "", "hatch hatch-hidden"]);
    for (const [label, colour, className] of rows) {
      const line = element("li");
      const swatch = element("span", "", "swatch " + className);
      swatch.style.backgroundColor = colour;
      swatch.setAttribute("aria-hidden", "true");
      line.append(swatch, element("span", label));
      list.append(line);
    }
  }

  function showTable(about) {
    document.getElementById("caption").textContent = about.order.title;
    const body = document.getElementById("rows");
    body.replaceChildren();
    view().ids.forEach(function (_id, row) {
      const one = said(row);
      const line = element("tr");
      const name = element("th", view().names[row]);
      name.scope = "row";
      line.append(name, element("td", one.value), element("td", one.grade));
      body.append(line);
    });
  }

  function showChosen() {
    const row = view().ids.indexOf(chosen);
    territories.value = row < 0 ? "" : chosen;
    const box = document.getElementById("chosen");
    if (row < 0) return box.replaceChildren(element("p", data.words.touch));
    const one = said(row);
    const value = element("p", one.value, "value");
    if (one.grade) value.append(" ", element("span", one.grade, "grade"));
    box.replaceChildren(element("h3", view().names[row]), element("p", indicator().title), value);
  }

  function choose(id) {
    chosen = id;
    paint();
  }

  fill(views, data.views.map((one) => one.title));
  views.addEventListener("change", function () {
    showIndicators();
    paint();
  });
  indicators.addEventListener("change", paint);
  territories.addEventListener("change", () => choose(territories.value));
  services.forEach((one) => one.addEventListener("change", paint));
  showIndicators();
  paint();
})();
