/** Run `start` once for each element that matches, now and whenever HTMX brings new ones. */
export function forEach<T extends HTMLElement>(selector: string, start: (element: T) => void): void {
  const started = new WeakSet<T>();
  const look = () => {
    for (const element of document.querySelectorAll<T>(selector)) {
      if (started.has(element)) continue;
      started.add(element);
      start(element);
    }
  };
  look();
  document.addEventListener("htmx:after:swap", look);
}
