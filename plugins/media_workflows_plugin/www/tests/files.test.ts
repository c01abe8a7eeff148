import { expect, test } from "vitest";

import { takeFiles } from "../src/components/fields/takeFiles";

test("chosen files outlive the emptying of their input", () => {
  const list: File[] = [new File(["a"], "a.mp4"), new File(["b"], "b.mp4")];
  const input = {
    files: list,
    set value(_: string) {
      list.length = 0; // a FileList is live
    },
  };
  const taken = takeFiles(input as unknown as HTMLInputElement);
  expect(taken.map(({ name }) => name)).toEqual(["a.mp4", "b.mp4"]);
  expect(input.files).toHaveLength(0); // the same ones can be chosen again
});
