import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { forEach } from "../shell/islands.ts";
import { onPaletteChange } from "../shell/palette.ts";
import { options } from "./options.ts";
import { readTable } from "./read-table.ts";

use([AriaComponent, BarChart, CanvasRenderer, GridComponent, LegendComponent, LineChart, TooltipComponent]);

forEach<HTMLElement>("[data-chart]", (figure) => {
  const canvas = figure.querySelector<HTMLElement>(".chart-canvas");
  const table = figure.querySelector("table");
  if (!canvas || !table) return;
  const data = readTable(table);
  canvas.hidden = false;
  figure.querySelector("details")?.removeAttribute("open");
  const chart = init(canvas);
  const draw = () => chart.setOption(options(figure.dataset.chart ?? "line", data, canvas.clientWidth), true);
  draw();
  onPaletteChange(draw);
  let drawn = canvas.clientWidth;
  new ResizeObserver(() => {
    chart.resize();
    if (canvas.clientWidth !== drawn) draw();
    drawn = canvas.clientWidth;
  }).observe(canvas);
});
