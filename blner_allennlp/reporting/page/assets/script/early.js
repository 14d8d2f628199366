// Runs before anything is painted, so that the page does not flash in the other theme.
try {
  const theme = localStorage.getItem("blner-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* A browser that keeps nothing follows the system's theme. */ }
