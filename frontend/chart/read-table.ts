export interface Series {
  name: string;
  values: (number | null)[];
}

export interface ChartData {
  labels: string[];
  series: Series[];
  texts: string[][];
}

/** Read what a chart shows from the table beside it, so that both can never differ. */
export function readTable(table: HTMLTableElement): ChartData {
  const names = [...table.querySelectorAll("thead th")].slice(1).map(words);
  const rows = [...table.querySelectorAll("tbody tr")];
  const cells = rows.map((row) => [...row.querySelectorAll<HTMLElement>("td")]);
  return {
    labels: rows.map((row) => words(row.querySelector("th"))),
    series: names.map((name, column) => ({ name, values: cells.map((row) => numberIn(row[column])) })),
    texts: names.map((_, column) => cells.map((row) => words(row[column] ?? null))),
  };
}

function words(element: Element | null): string {
  return element?.textContent?.trim() ?? "";
}

function numberIn(cell: HTMLElement | undefined): number | null {
  return cell?.dataset.value ? Number(cell.dataset.value) : null;
}
