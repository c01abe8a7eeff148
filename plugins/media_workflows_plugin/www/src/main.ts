// The entry point that Airflow loads. It finds the component by the name under which the plugin registers its pages: one
// for all of them, as the name is also their label. Airflow asks for this file with a version in its address, so other
// files must not import it, or it would be loaded twice: all that they share lies in files with a hash in their names.
const { Media } = await import("./Media");

Object.assign(globalThis, { Media });

export {};
