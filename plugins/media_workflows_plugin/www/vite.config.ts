// Builds dist/main.js, the one file that Airflow's UI loads. React, the router and Chakra are Airflow's own.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

import manifest from "./package.json" with { type: "json" };

const HOST_GLOBALS = {
  react: "React",
  "react-dom": "ReactDOM",
  "react/jsx-runtime": "ReactJSXRuntime",
  "react-router-dom": "ReactRouterDOM",
  "@chakra-ui/react": "ChakraUI",
};

// hls.js is fetched only when an HLS preview is shown; the licenses go with what is bundled.
function besideMain(): Plugin {
  const text = (path: string) => readFileSync(resolve("node_modules", path), "utf8");
  const licenses = Object.keys(manifest.dependencies).map((name) => `${name}\n\n${text(`${name}/LICENSE`)}`);
  return {
    name: "beside-main",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "hls.js", source: text("hls.js/dist/hls.light.min.mjs").replace(/\n\/\/# sourceMappingURL.*/, "") });
      this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: licenses.join("\n\n----\n\n") });
    },
  };
}

export default defineConfig({
  plugins: [besideMain()],
  define: { "process.env.NODE_ENV": JSON.stringify("production"), HLS_VERSION: JSON.stringify(manifest.dependencies["hls.js"]) },
  esbuild: { jsx: "automatic", jsxDev: false },
  build: {
    lib: { entry: resolve("src/main.tsx"), formats: ["iife"], name: "MediaWorkflowsPages", fileName: () => "main.js" },
    rollupOptions: {
      external: Object.keys(HOST_GLOBALS),
      output: { globals: HOST_GLOBALS },
      // "use client" in TanStack Query speaks to servers that render React; there is none here.
      onwarn: (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning),
    },
    target: "es2022",
    chunkSizeWarningLimit: 700,
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
