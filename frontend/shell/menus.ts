/** Let a click elsewhere or Escape close an open menu; without this script its own button does. */
export function closeMenus(): void {
  document.addEventListener("click", (event) => closeAllBut(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeAllBut(null);
  });
}

function closeAllBut(target: EventTarget | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
    if (target instanceof Node && menu.contains(target)) continue;
    menu.open = false;
    if (target === null) menu.querySelector("summary")?.focus();
  }
}
