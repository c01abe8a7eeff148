// The link of a preview: kept while its file is shown, and never another file's.
import { useState } from "react";
import { expect, test } from "vitest";

import type { RunFile } from "../src/api/runs";
import { FilePreview } from "../src/components/preview/FilePreview";
import { click, drawn } from "./rendered";

const file = (key: string, url: string) => ({ bucket: "out", key, url, path: key, content_type: "video/mp4", playlist: null }) as unknown as RunFile;
const shown = [file("a.mp4", "https://s3/a?link=1"), file("a.mp4", "https://s3/a?link=2"), file("b.mp4", "https://s3/b?link=3")];

function Shown() {
  const [at, setAt] = useState(0);
  return (
    <>
      <button type="button" onClick={() => setAt(at + 1)}>
        next
      </button>
      <FilePreview file={shown[at]!} />
    </>
  );
}

test("a newer link to the same file does not restart it, and another file has its own", async () => {
  const place = await drawn(<Shown />);
  const source = () => place.querySelector("video")!.src;
  expect(source()).toBe("https://s3/a?link=1");
  await click("next");
  expect(source()).toBe("https://s3/a?link=1");
  await click("next");
  expect(source()).toBe("https://s3/b?link=3");
});
