// Keeps two players at the same moment: what is done to one is done to the other.
const DRIFT_S = 0.15;
const TICK_MS = 500;

// What the follower has to do so that it is where the leader is.
export function correction(leader: { time_s: number; paused: boolean }, follower: { time_s: number; paused: boolean; duration_s: number }): { seek_s?: number; play?: boolean } {
  const at_s = Math.min(leader.time_s, follower.duration_s);
  const seek = Math.abs(follower.time_s - at_s) > DRIFT_S ? { seek_s: at_s } : {};
  const isOver = leader.time_s >= follower.duration_s;
  const shouldPlay = !leader.paused && !isOver;
  return { ...seek, ...(shouldPlay === follower.paused ? { play: shouldPlay } : {}) };
}

const stateOf = (player: HTMLMediaElement) => ({ time_s: player.currentTime, paused: player.paused, duration_s: Number.isFinite(player.duration) ? player.duration : Number.POSITIVE_INFINITY });

function follow(leader: HTMLMediaElement, follower: HTMLMediaElement) {
  const { seek_s, play } = correction(stateOf(leader), stateOf(follower));
  if (seek_s !== undefined) follower.currentTime = seek_s;
  if (follower.playbackRate !== leader.playbackRate) follower.playbackRate = leader.playbackRate;
  if (play === true) void follower.play().catch(() => undefined); // it has no data yet: the next tick tries again
  if (play === false) follower.pause();
}

// The first player leads; a seek, pause or start of the second is passed on to it. The second one has no sound.
export function synchronised(first: HTMLMediaElement, second: HTMLMediaElement): () => void {
  second.muted = true;
  const led = () => follow(first, second);
  const lead = (act: () => void) => () => {
    if (document.activeElement === second) act();
  };
  const seeked = lead(() => {
    if (Math.abs(first.currentTime - second.currentTime) > DRIFT_S) first.currentTime = second.currentTime;
  });
  const played = lead(() => void first.play().catch(() => undefined));
  const paused = lead(() => {
    if (!second.ended) first.pause();
  });
  const bound: [HTMLMediaElement, string, () => void][] = [
    ...["play", "pause", "seeking", "ratechange"].map((name) => [first, name, led] as [HTMLMediaElement, string, () => void]),
    [second, "seeked", seeked],
    [second, "play", played],
    [second, "pause", paused],
    [second, "loadedmetadata", led],
  ];
  for (const [player, name, listener] of bound) player.addEventListener(name, listener);
  const timer = setInterval(led, TICK_MS);
  return () => {
    clearInterval(timer);
    for (const [player, name, listener] of bound) player.removeEventListener(name, listener);
  };
}
