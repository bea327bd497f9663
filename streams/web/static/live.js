"use strict";
// New rows for the live page. A name is text here, never HTML.
(() => {
  const list = document.getElementById("live");
  const template = document.getElementById("row");
  const state = document.getElementById("state");
  const away = document.getElementById("away");
  const pause = document.getElementById("pause");
  const LONGEST = 50;
  const PER_SECOND = 8;
  let isPaused = false;
  let shown = 0;
  let skipped = 0;
  setInterval(() => { shown = 0; }, 1000);

  const add = (seen) => {
    if (isPaused || shown >= PER_SECOND) {
      skipped += 1;
      return;
    }
    shown += 1;
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelector(".kind").classList.add(`kind-${seen.medium}`);
    row.querySelector("use").setAttribute("href", `${list.dataset.icons}#${seen.medium}`);
    const link = row.querySelector("a");
    link.setAttribute("href", `/torrents/${encodeURIComponent(seen.infohash)}`);
    row.querySelector("bdi").textContent = 
      seen.name.slice(0, 300).replace(/[\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
    row.querySelector(".tag").textContent = seen.subcategory.replaceAll("_", " ");
    row.querySelector(".said .quiet").textContent =
      `${(100 * seen.confidence).toFixed(1)} % by ${seen.rule}`;
    list.prepend(row);
    while (list.children.length > LONGEST) list.lastElementChild.remove();
  };

  const source = new EventSource(list.dataset.events);
  source.addEventListener("open", () => { state.textContent = "Listening."; pause.hidden = false; });
  source.addEventListener("error", () => { state.textContent = "The connection is lost; trying again."; });
  source.addEventListener("state", (event) => { away.hidden = event.data !== "away"; });
  source.addEventListener("torrent", (event) => { away.hidden = true; add(JSON.parse(event.data)); });
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? "Go on" : "Pause";
  });
  setInterval(() => {
    if (source.readyState === EventSource.OPEN && skipped) {
      state.textContent = `Listening; ${skipped} more were not shown.`;
    }
  }, 1000);
  addEventListener("pagehide", () => source.close());
})();
