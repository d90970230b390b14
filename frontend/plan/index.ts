import { forEach } from "../shell/islands.ts";

/**
 * Let a visit be dragged to another place or tour of a plan. Without a mouse, or a script, its link leads to a form that
 * does the same; what is dropped is sent as that form, so that both are judged alike.
 */
forEach<HTMLElement>("[data-plan-routes]", (routes) => {
  let dragged: HTMLElement | null = null;
  for (const visit of routes.querySelectorAll<HTMLElement>("[data-visit]")) visit.draggable = true;

  routes.addEventListener("dragstart", (event) => {
    dragged = (event.target as HTMLElement).closest("[data-visit]");
    event.dataTransfer?.setData("text/plain", dragged?.dataset.visit ?? "");
  });
  routes.addEventListener("dragover", (event) => {
    const over = target(event);
    if (!dragged || !over) return;
    event.preventDefault();
    mark(routes, over);
    if (over instanceof HTMLDetailsElement) over.open = true;
  });
  routes.addEventListener("dragend", () => mark(routes, null));
  routes.addEventListener("drop", (event) => {
    const over = target(event);
    const route = over?.closest<HTMLElement>("[data-route]");
    if (!dragged || !over || !route) return;
    event.preventDefault();
    send(dragged, route.dataset.route ?? "", place(route, over, dragged), routes.dataset.version ?? "");
  });
});

function target(event: Event): HTMLElement | null {
  const element = event.target as HTMLElement;
  return element.closest<HTMLElement>("[data-visit]") ?? element.closest<HTMLElement>("[data-route]");
}

function mark(routes: HTMLElement, over: HTMLElement | null): void {
  for (const marked of routes.querySelectorAll(".is-target")) marked.classList.remove("is-target");
  over?.classList.add("is-target");
}

/** Return which visit of a route the dragged one becomes: the one that it was dropped on, else the last. */
function place(route: HTMLElement, over: HTMLElement, dragged: HTMLElement): number {
  const visits = [...route.querySelectorAll("[data-visit]")].filter((visit) => visit !== dragged);
  const found = visits.indexOf(over);
  return found < 0 ? visits.length + 1 : found + 1;
}

function send(visit: HTMLElement, vehicle: string, at: number, version: string): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = visit.dataset.url ?? "";
  const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const values = { csrfmiddlewaretoken: token, version, vehicle, place: String(at) };
  for (const [name, value] of Object.entries(values)) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  document.body.append(form);
  form.submit();
}
