// Builds dist/main.js, the file that Airflow's UI loads, and the files that it loads when they are needed. React, the
// router and Chakra are Airflow's own.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Plugin, Rollup } from "vite";
import { defineConfig } from "vitest/config";

import lock from "./package-lock.json" with { type: "json" };

const HOST_GLOBALS = {
  react: "React",
  "react-dom": "ReactDOM",
  "react/jsx-runtime": "ReactJSXRuntime",
  "react-router-dom": "ReactRouterDOM",
  "@chakra-ui/react": "ChakraUI",
};

// Imports of what is Airflow's own, as its globals.
function hostGlobals(): Plugin {
  const prefix = "\0host:";
  const globals: Record<string, string> = HOST_GLOBALS;
  return {
    name: "host-globals",
    enforce: "pre",
    apply: "build",
    resolveId: (id) => (id in globals ? prefix + id : null),
    load: (id) => (id.startsWith(prefix) ? { code: `export default globalThis.${globals[id.slice(prefix.length)]};`, syntheticNamedExports: true, moduleSideEffects: false } : null),
  };
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

// The licenses go with what is bundled.
function besideMain(): Plugin {
  return {
    name: "beside-main",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "LICENSES.txt", source: licenses() });
    },
  };
}

// What most pages share is one file; each page is another. Beside them: what is needed in one language or one place only.
function manualChunks(id: string): string | undefined {
  if (/src\/(i18n\/(chinese|.*\.zh\.json|zh\.json)|components\/DefinitionDiff)/.test(id)) return undefined;
  return /src\/(components|hooks|api|definition|i18n)\/|src\/paths|preload-helper|host:|@tanstack|react-icons/.test(id) ? "shared" : undefined;
}

export default defineConfig({
  base: "./", // Airflow may live under any path
  plugins: [hostGlobals(), besideMain()],
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  esbuild: { jsx: "automatic", jsxDev: false },
  build: {
    rollupOptions: {
      input: resolve("src/main.ts"),
      output: { entryFileNames: "main.js", chunkFileNames: "[name]-[hash].js", manualChunks },
      onwarn,
      treeshake: { manualPureFunctions: ["memo", "forwardRef"] },
    },
    modulePreload: false,
    cssCodeSplit: false,
    target: "es2022",
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: "happy-dom",
    include: ["tests/**/*.test.{ts,tsx}"],
    setupFiles: ["tests/chinese.ts"],
    // Against hanging alone: beside other work, Chakra's first form takes ten times as long as on an idle machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
