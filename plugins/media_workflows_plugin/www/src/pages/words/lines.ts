// "lines[12].usages[0]" -> "12": the line of a word list that a problem is about; "" = none.
export const lineOf = (field: string) => /^lines\[(\d+)\]/.exec(field)?.[1] ?? "";
