import type { Map as LeafletMap } from "leaflet";

/** Make the two buttons that bring the map nearer and farther, with names for screen readers. */
export function zoomButtons(map: LeafletMap, nearer: string, farther: string): HTMLElement {
  const group = document.createElement("div");
  group.className = "map-zoom";
  group.append(
    button("+", nearer, () => map.zoomIn(1)),
    button("−", farther, () => map.zoomOut(1)),
  );
  return group;
}

function button(sign: string, name: string, act: () => void): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = sign;
  element.setAttribute("aria-label", name);
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    act();
  });
  element.addEventListener("dblclick", (event) => event.stopPropagation());
  return element;
}
