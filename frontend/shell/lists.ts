/** Let the keyboard go on in a list whose rows were exchanged: at the same filter, else at the list's head. */
export function keepPlace(): void {
  let name = "";
  document.addEventListener("htmx:before:swap", () => {
    const { activeElement } = document;
    name = activeElement?.closest("#list [data-filters]") ? (activeElement.getAttribute("name") ?? "") : "";
  });
  document.addEventListener("htmx:after:swap", () => {
    if (document.activeElement !== document.body) return;
    const place = findPlace(name);
    if (!place) return;
    if (place.tabIndex < 0) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  });
}

function findPlace(name: string): HTMLElement | null {
  const field = name && document.querySelector<HTMLElement>(`#list [data-filters] [name="${CSS.escape(name)}"]`);
  return field || document.querySelector<HTMLElement>("#list .list-head, #list .empty");
}
