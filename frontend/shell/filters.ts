/** Let a list follow its filters at once: choosing is asking. Without this script the button asks. */
export function followFilters(): void {
  document.addEventListener("change", ({ target }) => {
    if (!isChoice(target)) return;
    if (target.form?.matches("[data-filters]")) target.form.requestSubmit();
  });
}

function isChoice(field: EventTarget | null): field is HTMLSelectElement | HTMLInputElement {
  // Text and dates are typed bit by bit, so they wait for the button or Enter.
  if (field instanceof HTMLInputElement) return ["checkbox", "radio"].includes(field.type);
  return field instanceof HTMLSelectElement;
}
