// The time and length of a player, as React state.
import { useEffect, useState } from "react";

export function usePlayback(player: HTMLMediaElement | null) {
  const [state, setState] = useState({ time_s: 0, duration_s: 0 });
  useEffect(() => {
    if (!player) return;
    const read = () => setState({ time_s: player.currentTime, duration_s: Number.isFinite(player.duration) ? player.duration : 0 });
    const events = ["timeupdate", "seeked", "durationchange", "loadedmetadata"];
    for (const name of events) player.addEventListener(name, read);
    read();
    return () => {
      for (const name of events) player.removeEventListener(name, read);
    };
  }, [player]);
  return state;
}
