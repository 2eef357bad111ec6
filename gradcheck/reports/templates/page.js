"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  // A big class keeps its sections as text until they are asked for.
  const fill = (section) => {
    const held = section.querySelector(':scope > script[type="text/template"]');
    if (held) held.outerHTML = held.textContent;
  };
  const link = (section) => document.querySelector(`a[href="#${section.id}"]`);
  for (const section of document.querySelectorAll("details.student")) {
    section.addEventListener("toggle", () => {
      if (section.open) fill(section);
      else if (section.contains(document.activeElement)) link(section)?.focus();
    });
  }
  const open = () => {
    const section = /^#s\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
    if (!section) return;
    fill(section);
    section.open = true;
    section.scrollIntoView();
    section.querySelector("summary").focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", open);
  open();

  const table = document.getElementById("table");
  if (!table) return;
  table.addEventListener("click", (event) => {
    // The address may already be the one of a section that was closed since: no event would tell.
    const clicked = event.target.closest("a");
    if (!clicked) return;
    event.preventDefault();
    location.hash = clicked.hash;
    open();
  });

  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({
    row,
    text: row.textContent.toLowerCase(),
    outcome: row.dataset.outcome,
    faults: JSON.parse(row.dataset.faults),
  }));
  const form = document.getElementById("filters");
  const [search, outcome, mistake] = ["search", "outcome", "mistake"].map((id) => document.getElementById(id));
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const each of rows) {
      const fits = words.every((word) => each.text.includes(word)) &&
        (!outcome.value || each.outcome === outcome.value) &&
        (!mistake.value || each.faults.includes(mistake.value));
      each.row.hidden = !fits;
      shown += fits;
    }
    document.getElementById("shown").textContent = `${shown} shown`;
    document.getElementById("none").hidden = shown > 0;
  };
  form.addEventListener("input", filter);
  form.addEventListener("change", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The event "reset" comes before the fields are cleared: clear them first, so that what is shown never lags behind.
  form.querySelector("[type=reset]").addEventListener("click", (event) => {
    event.preventDefault();
    form.reset();
    filter();
  });
  for (const button of document.querySelectorAll("[data-pick]")) {
    button.addEventListener("click", () => {
      mistake.value = button.dataset.pick;
      filter();
      mistake.focus();
    });
  }

  // On paper nothing can be opened: a class of moderate size prints whole, as filtered; a big one what is open.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    const shown = [...document.querySelectorAll(".many:not(.lazy) .student:not([open])")];
    opened = shown.filter((section) => !link(section).closest("tr").hidden);
    for (const section of opened) section.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const section of opened) section.open = false;
  });

  const collator = new Intl.Collator(undefined, { numeric: true });
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const numeric = "numeric" in head.dataset;
      const keyed = rows.map((each) => [each.row, each.row.cells[column].textContent.trim()]);
      keyed.sort(([, a], [, b]) => (numeric ? a - b : collator.compare(a, b)) * (descending ? -1 : 1));
      body.append(...keyed.map(([row]) => row));
    });
  });
})();
