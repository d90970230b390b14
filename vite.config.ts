import { resolve } from "node:path";
import { defineConfig } from "vite";
import { iconSprite } from "./frontend/build/icon-sprite.ts";

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  base: "./",
  publicDir: false,
  plugins: [iconSprite(resolve(here, "frontend/icons.json"))],
  build: {
    outDir: resolve(here, "src/terrace/web/static/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    // Scripts need a browser of 2022; older ones get the pages as HTML with the same styles.
    target: ["chrome100", "firefox100", "safari15.4"],
    cssTarget: ["chrome87", "firefox85", "safari14"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: [
        "frontend/main.ts",
        "frontend/styles/terrace.scss",
        "frontend/map/index.ts",
        "frontend/chart/index.ts",
        "frontend/plan/index.ts",
        "frontend/drive/index.ts",
        "frontend/drive/worker.ts",
      ],
    },
  },
});
