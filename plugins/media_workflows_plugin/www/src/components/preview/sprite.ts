// WebVTT of a sprite: maps times to parts of sheets.
export interface SpriteCue {
  start_s: number;
  end_s: number;
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const TIMING = /^(?:(\d+):)?(\d+):([\d.]+) --> (?:(\d+):)?(\d+):([\d.]+)/;
const PICTURE = /^(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/;
const seconds = (h: string | undefined, m: string | undefined, s: string | undefined) => Number(h ?? 0) * 3600 + Number(m) * 60 + Number(s);

export function parseSprite(vtt: string): SpriteCue[] {
  const cues: SpriteCue[] = [];
  let timing: RegExpMatchArray | null = null;
  for (const line of vtt.split(/\r?\n/)) {
    const found = line.match(TIMING);
    const picture = line.match(PICTURE);
    if (found) timing = found;
    else if (picture && timing) {
      const [x, y, width, height] = picture.slice(2).map(Number) as [number, number, number, number];
      const sheet = decodeURIComponent(picture[1]!.split("/").at(-1)!);
      cues.push({ start_s: seconds(timing[1], timing[2], timing[3]), end_s: seconds(timing[4], timing[5], timing[6]), sheet, x, y, width, height });
    }
  }
  return cues;
}

export const cueAt = (cues: SpriteCue[], time_s: number) => cues.find((cue) => time_s < cue.end_s) ?? cues.at(-1);
