// The entry point that Airflow loads. It finds the components by the names under which the plugin registers them.
import { App } from "./App";
import { RunTab } from "./pages/run/RunTab";

Object.assign(globalThis, { "Media Workflows": App, Media: RunTab });
