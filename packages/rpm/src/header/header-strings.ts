/** The strings of a value, each without its NUL: the bytes as they are, in whatever encoding. */
export function splitStrings(data: Buffer): Buffer[] {
  const values: Buffer[] = [];
  for (let start = 0; start < data.length; ) {
    const end = data.indexOf(0, start);
    values.push(data.subarray(start, end));
    start = end + 1;
  }
  return values;
}
