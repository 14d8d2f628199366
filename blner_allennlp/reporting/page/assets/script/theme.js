// ---- Light and dark --------------------------------------------------------------------------------------

const darkBySystem = matchMedia("(prefers-color-scheme: dark)");

function themeNow() {
  return document.documentElement.dataset.theme || (darkBySystem.matches ? "dark" : "light");
}

function startTheme() {
  const button = document.getElementById("theme");
  const name = button.querySelector(".theme-name");
  const show = () => {
    const other = themeNow() === "dark" ? "Light" : "Dark";
    name.textContent = other;
    button.setAttribute("aria-label", `${other} theme`);
  };
  button.hidden = false;
  show();
  darkBySystem.addEventListener("change", show);
  button.addEventListener("click", () => {
    const other = themeNow() === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = other;
    try { localStorage.setItem("blner-theme", other); } catch { /* Not remembered, but switched. */ }
    show();
  });
}
