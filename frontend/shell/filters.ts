const PHONE = "(max-width: 39.99rem)";

/**
 * Let a list follow its filters at once: choosing is asking. Without this script the button asks.
 *
 * So it does on a phone: there the filters cover the list, and whoever opened them may have several to choose.
 */
export function followFilters(): void {
  document.addEventListener("change", ({ target }) => {
    if (!isChoice(target) || matchMedia(PHONE).matches) return;
    if (target.form?.matches("[data-filters]")) target.form.requestSubmit();
  });
}

function isChoice(field: EventTarget | null): field is HTMLSelectElement | HTMLInputElement {
  // Text and dates are typed bit by bit, so they wait for the button or Enter.
  if (field instanceof HTMLInputElement) return ["checkbox", "radio"].includes(field.type);
  return field instanceof HTMLSelectElement;
}
