// ---- Start ---------------------------------------------------------------------------------------------------

startTheme();
startTables();
startFilters();
startCharts();
startErrors();
startBrowser();
startNavigation();

/** Marks the section that is being read in the navigation. */
function startNavigation() {
  const links = new Map(all('nav[aria-label="Sections"] a').map((link) => [link.hash.slice(1), link]));
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      for (const [id, link] of links) {
        if (id === entry.target.id) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
      const bar = links.get(entry.target.id)?.closest("ul");
      if (bar && bar.scrollWidth > bar.clientWidth) bar.scrollLeft = links.get(entry.target.id).offsetLeft - bar.clientWidth / 2;
    }
  }, { rootMargin: "-25% 0px -70% 0px" });
  all("main > section").forEach((section) => observer.observe(section));
}
