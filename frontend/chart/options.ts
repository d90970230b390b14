import type { EChartsCoreOption } from "echarts/core";
import { colour } from "../shell/palette.ts";
import type { ChartData } from "./read-table.ts";

// A line is told from its neighbour by its dashes and marks too, never by colour alone.
const DASHES = ["solid", "dashed", "dotted"];
const MARKS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];

// A legend's name stands this many pixels from its neighbour, and its row this many below the one above.
const LEGEND = { size: 14, mark: 28, toName: 5, gap: 20, row: 34, first: 40 };

/** Say to ECharts how `data` looks in the page's present colours on a canvas of so many pixels' width. */
export function options(kind: string, data: ChartData, width: number): EChartsCoreOption {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    animation: !still,
    animationDuration: 300,
    textStyle: { fontFamily: family(), color: colour("text") },
    color: [1, 2, 3, 4, 5, 6].map((n) => colour(`chart-${n}`)),
    grid: { left: 4, right: 16, top: headroom(data, width), bottom: 4, containLabel: true },
    legend: data.series.length > 1 ? legend() : undefined,
    tooltip: tooltip(data),
    xAxis: weeks(kind, data),
    yAxis: { ...axis(), type: "value", scale: kind === "line", axisLine: { show: false } },
    series: data.series.map((one, n) => (kind === "bar" ? bar(one, n) : line(one, n))),
  };
}

function weeks(kind: string, data: ChartData) {
  const { axisLabel, ...look } = axis();
  // A line's last label would hang over the edge by half its width.
  const label = kind === "line" ? { ...axisLabel, alignMaxLabel: "right" } : axisLabel;
  const gap = kind === "bar";
  return {
    ...look,
    axisLabel: label,
    type: "category",
    data: data.labels,
    boundaryGap: gap,
    splitLine: { show: false },
  };
}

function legend() {
  const textStyle = { color: colour("text"), fontSize: LEGEND.size };
  return { top: 0, left: 0, itemGap: LEGEND.gap, itemWidth: LEGEND.mark, textStyle };
}

// ECharts breaks a legend into rows, but does not move the lines out of their way.
function headroom(data: ChartData, width: number): number {
  if (data.series.length < 2) return 16;
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return LEGEND.first;
  pen.font = `${LEGEND.size}px ${family()}`;
  let rows = 1;
  let used = 0;
  for (const { name } of data.series) {
    const own = LEGEND.mark + LEGEND.toName + pen.measureText(name).width + LEGEND.gap;
    if (used && used + own > width) {
      rows += 1;
      used = 0;
    }
    used += own;
  }
  return LEGEND.first + LEGEND.row * (rows - 1);
}

function family(): string {
  return getComputedStyle(document.body).fontFamily;
}

function axis() {
  return {
    axisLabel: { color: colour("quiet"), fontSize: 13 },
    axisLine: { lineStyle: { color: colour("line") } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: colour("line") } },
  };
}

function tooltip(data: ChartData) {
  return {
    trigger: "axis",
    renderMode: "richText", // markup would need inline styles, which the security policy forbids
    confine: true,
    backgroundColor: colour("surface"),
    borderColor: colour("line"),
    textStyle: { color: colour("text"), fontSize: 14 },
    formatter: (points: { dataIndex: number }[]) => {
      const at = points[0]?.dataIndex ?? 0;
      return [data.labels[at], ...data.series.map((one, n) => `${one.name}: ${data.texts[n]?.[at]}`)].join("\n");
    },
  };
}

function line(one: ChartData["series"][number], n: number) {
  return {
    type: "line",
    name: one.name,
    data: one.values,
    symbol: MARKS[n % MARKS.length],
    symbolSize: 7,
    lineStyle: { width: 2.5, type: DASHES[n % DASHES.length] },
  };
}

function bar(one: ChartData["series"][number], n: number) {
  const hatch = { symbol: "rect", color: colour("surface"), dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: 0.8 };
  return {
    type: "bar",
    name: one.name,
    data: one.values,
    barMaxWidth: 28,
    itemStyle: { borderRadius: [3, 3, 0, 0], decal: n % 2 ? hatch : undefined },
  };
}
