import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

/**
 * The page: one HTML file with the styles, the script, the worker and the wasm module inside.
 * Use `npm run build`, which afterwards adds the content security policy and checks the result.
 */
export default defineConfig({
  root: "www",
  base: "./",
  publicDir: false,
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  worker: { format: "iife" },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    reportCompressedSize: false,
  },
});
