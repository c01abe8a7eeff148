// Tests may switch to Chinese at any time.
import { loadChinese } from "../src/i18n";

await loadChinese();
