// Builds dist/main.js, the file that Airflow's UI loads. React, the router and Chakra are Airflow's own.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type Plugin, type Rollup } from "vite";
import { defineConfig } from "vitest/config";

import lock from "./package-lock.json" with { type: "json" };
import manifest from "./package.json" with { type: "json" };

const HOST_GLOBALS = {
  react: "React",
  "react-dom": "ReactDOM",
  "react/jsx-runtime": "ReactJSXRuntime",
  "react-router-dom": "ReactRouterDOM",
  "@chakra-ui/react": "ChakraUI",
};

const REPLACED = { "process.env.NODE_ENV": JSON.stringify("production") };
const TARGET = "es2022";

// The canvas is fetched only when it is opened. Its address changes with its source and the versions of its libraries.
const CANVAS = "src/canvas";
const canvasSource = ["package-lock.json", ...readdirSync(CANVAS).sort().map((name) => join(CANVAS, name))];
const canvasVersion = createHash("sha256").update(canvasSource.map((path) => readFileSync(path, "utf8")).join("")).digest("hex").slice(0, 16);

async function builtCanvas(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: "warn",
    define: REPLACED,
    esbuild: { jsx: "automatic", jsxDev: false },
    build: {
      write: false,
      target: TARGET,
      lib: { entry: resolve(CANVAS, "Canvas.tsx"), formats: ["iife"], name: "Canvas" },
      rollupOptions: { external: Object.keys(HOST_GLOBALS), output: { globals: HOST_GLOBALS }, onwarn, treeshake: { manualPureFunctions: ["memo", "forwardRef"] } },
    },
  });
  const [{ output }] = built as Rollup.RollupOutput[] as [Rollup.RollupOutput];
  return `${output[0].code}export default Canvas;\n`; // an expression of the host's globals, made a module
}

// "use client" in libraries speaks to servers that render React; there is none here.
const onwarn: Rollup.WarningHandlerWithDefault = (warning, warn) => warning.code === "MODULE_LEVEL_DIRECTIVE" || warn(warning);

// What is bundled: what the manifest names, and what that depends on; not React, which is the host's.
function licenses(): string {
  const packages = lock.packages as Record<string, { dev?: boolean; devOptional?: boolean }>;
  const isBundled = (path: string) => path !== "" && !packages[path]!.dev && !packages[path]!.devOptional && !/^node_modules\/(@types\/.*|react|react-dom|scheduler)$/.test(path);
  const names = Object.keys(packages).filter(isBundled);
  const text = (path: string) => readFileSync(join(path, existsSync(join(path, "LICENSE")) ? "LICENSE" : "LICENSE.md"), "utf8");
  return names.map((path) => `${path.replace("node_modules/", "")}\n\n${text(path)}`).join("\n\n----\n\n");
}

// hls.js is fetched only when an HLS preview is shown; the licenses go with what is bundled.
function besideMain(): Plugin {
  const text = (path: string) => readFileSync(resolve("node_modules", path), "utf8");
  return {
    name: "beside-main",
    async generateBundle() {
      this.emitFile({ type: "asset", fileName: "hls.js", source: text("hls.js/dist/hls.light.min.mjs").replace(/\n\/\/# sourceMappingURL.*/, "") });
      this.emitFile({ type: "asset", fileName: "canvas.js", source: await builtCanvas() });
      this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: licenses() });
    },
  };
}

export default defineConfig({
  plugins: [besideMain()],
  define: { ...REPLACED, HLS_VERSION: JSON.stringify(manifest.dependencies["hls.js"]), CANVAS_VERSION: JSON.stringify(canvasVersion) },
  esbuild: { jsx: "automatic", jsxDev: false },
  build: {
    lib: { entry: resolve("src/main.tsx"), formats: ["iife"], name: "MediaWorkflowsPages", fileName: () => "main.js" },
    rollupOptions: {
      external: Object.keys(HOST_GLOBALS),
      output: { globals: HOST_GLOBALS },
      onwarn,
    },
    target: TARGET,
    chunkSizeWarningLimit: 700,
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"] },
});
