// Whether a key belongs to an input method that is composing, such as the Enter that takes a Chinese word: it is no
// command. Safari ends the composition before that Enter, and marks it by this code only.
import type { KeyboardEvent } from "react";

const COMPOSING_KEY_CODE = 229;

export const isComposing = ({ nativeEvent }: KeyboardEvent) => nativeEvent.isComposing || nativeEvent.keyCode === COMPOSING_KEY_CODE;
