"use strict";
// What a keyboard and a second look are for. Every page works without this.
(() => {
  const theme = document.getElementById("theme");
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
  });

  const folding = document.querySelector(".folding");
  if (folding && matchMedia("(max-width: 46rem)").matches) folding.open = false;

  const step = (by) => {
    const links = [...document.querySelectorAll(".result .what a[href^='/torrents/']")];
    const here = links.findIndex((link) => link.closest(".result").contains(document.activeElement));
    const next = links[Math.max(0, Math.min(links.length - 1, here + by))];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const search = document.getElementById("q");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });
})();
